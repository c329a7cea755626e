"""What `make rollback` goes back to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tools import rollback

STACK = "parity-prod"


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(rollback, "TEMPLATE", tmp_path / "previous.yaml")
    monkeypatch.setattr(rollback, "PARAMETERS", tmp_path / "previous.json")
    with mock_aws():
        yield boto3.client("cloudformation")


def create_stack(client: Any, **parameters: str) -> None:  # noqa: ANN401 - a boto3 client
    template = {
        "Parameters": {name: {"Type": "String"} for name in parameters},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
    }
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    client.create_stack(StackName=STACK, TemplateBody=json.dumps(template), Parameters=given)


def test_a_stack_goes_back_to_its_template_and_parameters(cloudformation: Any) -> None:  # noqa: ANN401
    create_stack(cloudformation, Stage="prod", AlarmTopicArn="")
    rollback.save(STACK)
    assert json.loads(rollback.TEMPLATE.read_text())["Resources"] == {"Queue": {"Type": "AWS::SQS::Queue"}}
    assert json.loads(rollback.PARAMETERS.read_text()) == ['Stage="prod"', 'AlarmTopicArn=""']


def test_a_version_that_has_failed_gets_no_more_calls(cloudformation: Any) -> None:  # noqa: ANN401
    """Whatever shift the stage has: five minutes of it would be five minutes of failures."""
    create_stack(cloudformation, Stage="prod", TrafficShift="Canary10Percent5Minutes")
    rollback.save(STACK)
    assert json.loads(rollback.PARAMETERS.read_text()) == ['Stage="prod"', 'TrafficShift="none"']


def test_a_new_stack_has_nothing_to_go_back_to(cloudformation: Any) -> None:  # noqa: ANN401
    rollback.TEMPLATE.write_text("of another stack")
    rollback.save(STACK)
    assert "cannot be taken back" in str(rollback.restore(STACK, "prod"))
