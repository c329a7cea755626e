"""Changes of a small stack's sources, picked up while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.cloud import LocalCloud
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine, wait_until

pytestmark = needs_engine

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  AllowLoopbackWebhooks: {Type: String, Default: 'false'}
  Dashboard: {Type: String, Default: 'yes'}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}, {AttributeName: SK, AttributeType: S}]
      KeySchema: [{AttributeName: PK, KeyType: HASH}, {AttributeName: SK, KeyType: RANGE}]
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Timeout: 20
      CodeUri: functions/hello
      Events:
        Get: {Type: Api, Properties: {Method: GET, Path: /hello}}
"""


def make_handler(word: str) -> str:
    return f'def handler(event, context):\n    return {{"statusCode": 200, "body": "{word}"}}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "functions/hello").mkdir(parents=True)
    (tmp_path / "functions/hello/app.py").write_text(make_handler("first"))
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def cloud(root: Path) -> Iterator[LocalCloud]:
    with LocalCloud(root, quiet=True, python=RUNTIME_PYTHON, engine_python=ENGINE_PYTHON) as cloud:
        yield cloud


def test_changes_are_picked_up_and_broken_ones_explained(
    cloud: LocalCloud, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, template = root / "functions/hello/app.py", root / "template.yaml"
    said = ""

    def has_said(text: str) -> bool:
        nonlocal said
        said += capsys.readouterr().err
        return text in said

    def answer(path: str) -> str:
        return httpx.get(cloud.url + path).text

    assert answer("/hello") == "first"

    code.write_text(make_handler("other"))
    wait_until(lambda: answer("/hello") == "other")

    template.write_text(TEMPLATE.replace("functions/hello", "functions/missing"))
    wait_until(lambda: has_said("not reloaded: template.yaml: Hello: CodeUri names"))
    assert answer("/hello") == "other"

    template.write_text(TEMPLATE.replace("/hello}", "/moved}"))
    wait_until(lambda: answer("/moved") == "other")
    assert httpx.get(cloud.url + "/hello").status_code >= 400

    code.write_text("def handler(:\n")
    wait_until(lambda: has_said(f"not reloaded: {code}, line 1: invalid syntax"))
    assert answer("/moved") == "other"

    code.write_text(make_handler("fixed"))
    wait_until(lambda: answer("/moved") == "fixed")
