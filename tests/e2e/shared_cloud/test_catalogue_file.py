"""`make catalog-pull` and `make catalog-push` against the local cloud."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support import ROOT
from tools.catalog.__main__ import main

FILE = """
features:
  file-exports:
    name: Exports
    featureType: METER
  file-sso:
    name: Single sign-on
    featureType: BOOLEAN
    description: With your own identity provider
  file-calls:
    name: Calls
    featureType: METER
    featureDetails: {featureSubType: RAW_EVENTS}
    meter: {eventName: file.call, aggregation: {function: COUNT}}
plans:
  file-team:
    name: Team
    metadata: {tier: 2}
    maxPerCustomer: 1
    features:
      file-exports: {value: 200, reset: EVERY_MONTH, usageAlerts: {enabled: true, thresholds: [80]}}
      file-calls: {hasUnlimitedUsage: true}
      file-sso: {}
    prices:
      YEARLY: {priceType: PAID, amount: "200"}
      MONTHLY: {priceType: PAID, amount: "20.00", currency: usd, trialPeriod: 14}
"""
AS_THE_FILE = "The catalogue is as the file says.\n"

Catalogue = dict[str, dict[str, Any]]


class Tool:
    """`tools.catalog` against the cloud, in this process: one of its own takes half a second to import."""

    def __init__(self, url: str, key: str, folder: Path) -> None:
        self.variables = {"URL": url, "KEY": key, "PYTHONPATH": str(ROOT / "layers/parity/python")}
        self._file = folder / "catalog.yaml"

    def pull(self) -> Catalogue:
        return select_entries(self._run("pull"))

    def push(self, catalogue: str | Catalogue, *, apply: bool = True) -> str:
        """What it prints; raises SystemExit with its errors if it fails."""
        text = catalogue if isinstance(catalogue, str) else yaml.safe_dump(catalogue)
        self._file.write_text(text, encoding="utf-8")
        return self._run("push", str(self._file), **({"APPLY": "1"} if apply else {}))

    def _run(self, *arguments: str, **variables: str) -> str:
        printed = StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
            patch.setattr(sys, "argv", ["catalog", *arguments])
            for name, value in {**self.variables, **variables}.items():
                patch.setenv(name, value)
            main()
        return printed.getvalue()


def select_entries(text: str) -> Catalogue:
    """What a pull has written, without what other tests have created."""
    catalogue: Catalogue = yaml.safe_load(text)
    return {
        section: {name: each for name, each in entries.items() if name.startswith("file-")}
        for section, entries in catalogue.items()
    }


@pytest.fixture(scope="module")
def tool(url: str, key: str, tmp_path_factory: pytest.TempPathFactory) -> Tool:
    return Tool(url, key, tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def catalogue(tool: Tool) -> Catalogue:
    """The catalogue of the file once it is pushed, as it is pulled."""
    tool.push(FILE)
    return tool.pull()


def read_version(client: httpx.Client) -> int:
    version: int = client.get("/catalog/plans/file-team").json()["publishedVersion"]
    return version


def test_a_push_only_shows_what_it_would_change(client: httpx.Client, tool: Tool) -> None:
    shown = tool.push(FILE, apply=False)
    assert "+  file-team:" in shown
    assert shown.endswith("Nothing was changed. APPLY=1 changes it.\n")
    assert client.get("/catalog/plans/file-team").status_code == 404


def test_the_command_writes_the_catalogue(tool: Tool, catalogue: Catalogue) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.catalog", "pull"],
        check=True,
        cwd=ROOT,
        env=os.environ | tool.variables,
        text=True,
        capture_output=True,
    )
    assert select_entries(done.stdout) == catalogue


def test_a_second_push_has_nothing_to_do(client: httpx.Client, tool: Tool, catalogue: Catalogue) -> None:
    assert read_version(client) == 1
    assert tool.push(FILE) == AS_THE_FILE
    assert tool.push(catalogue) == AS_THE_FILE
    assert read_version(client) == 1
    assert catalogue["plans"]["file-team"]["features"]["file-exports"]["value"] == 200
    assert catalogue["plans"]["file-team"]["prices"]["YEARLY"]["amount"] == "200.00"


def test_a_push_changes_what_differs_and_publishes_it(
    client: httpx.Client, tool: Tool, catalogue: Catalogue
) -> None:
    before = read_version(client)
    changed = yaml.safe_load(yaml.safe_dump(catalogue))
    changed["features"]["file-sso"].pop("description")
    plan = changed["plans"]["file-team"]
    plan["features"]["file-exports"] = {"hasUnlimitedUsage": True}
    plan["features"].pop("file-sso")
    plan["prices"].pop("YEARLY")
    shown = tool.push(changed)
    assert "-      YEARLY:" in shown
    assert "The plan file-team is as in the file." in shown
    assert tool.pull()["plans"] == {"file-team": tool_form(plan)}
    assert read_version(client) == before + 1
    assert tool.push(changed) == AS_THE_FILE
    tool.push(FILE)
    assert tool.pull() == catalogue


def tool_form(plan: dict[str, Any]) -> dict[str, Any]:
    """Unlimited usage has no hard limit."""
    plan["features"]["file-exports"]["hardLimit"] = False
    return plan


def test_a_draft_that_a_failed_push_has_left_is_published(
    client: httpx.Client, tool: Tool, catalogue: Catalogue
) -> None:
    before = read_version(client)
    client.patch("/catalog/plans/file-team", json={"name": "Team of two"})
    changed = yaml.safe_load(yaml.safe_dump(catalogue))
    changed["plans"]["file-team"]["name"] = "Team of two"
    assert "! plans.file-team: its draft is published" in tool.push(changed)
    assert read_version(client) == before + 1
    tool.push(FILE)


def test_what_the_file_does_not_name_stays(client: httpx.Client, tool: Tool, catalogue: Catalogue) -> None:
    only_a_feature = {"features": {"file-exports": catalogue["features"]["file-exports"]}}
    assert tool.push(only_a_feature) == AS_THE_FILE
    assert tool.pull() == catalogue


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("featureType: BOOLEAN", "featureType: CUSTOMIZABLE", "features.file-sso.featureType never changes"),
        ("file.call", "file.other", "features.file-calls.meter never changes"),
        ("file-sso: {}", "file-nothing: {}", "there is no feature 'file-nothing'"),
        ("value: 200", "vlaue: 200", "plans.file-team.features.file-exports: details"),
        ('amount: "200"', 'amount: "2.345"', "plans.file-team.prices"),
        ("name: Team", "name: Team\n    name: Other", "'name' is given twice"),
        ("plans:", "plan:", "A catalogue has features and plans"),
        ("features:\n  file-exports:", "features: [\n", "It is no YAML"),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_sent(
    tool: Tool, catalogue: Catalogue, old: str, new: str, message: str
) -> None:
    wrong = FILE.replace("name: Exports", "name: Exported files", 1).replace(old, new, 1)
    with pytest.raises(SystemExit, match=re.escape(message)):
        tool.push(wrong)
    assert tool.pull() == catalogue


def test_an_archived_plan_is_not_brought_back(client: httpx.Client, tool: Tool) -> None:
    plan = FILE.replace("file-", "file-old-").replace("file.call", "file.old.call")
    tool.push(plan)
    assert client.delete("/catalog/plans/file-old-team").is_success
    with pytest.raises(SystemExit, match=re.escape("plans.file-old-team is archived")):
        tool.push(plan)
