"""The running API keeps what docs/openapi.json promises, called by schemathesis with what it makes of that.

It makes 60 requests per operation, and more from what the schemas say about each value: its limits, its form,
and what is just beyond them. `-n 0 -s` prints the table of checks.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.support import ROOT
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine

PROGRAM = ROOT / ".venvs/schemathesis/bin/st"
CONFIG = ROOT / "tests/support/schemathesis/schemathesis.toml"

pytestmark = [
    pytest.mark.slow,
    needs_engine,
    pytest.mark.skipif(not PROGRAM.exists(), reason="schemathesis is not installed: make test-slow does it"),
]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(
        ROOT,
        quiet=True,
        demo="small",
        python=RUNTIME_PYTHON,
        engine_python=ENGINE_PYTHON,
        state=tmp_path_factory.mktemp("cloud"),
    ) as cloud:
        yield cloud


def run(cloud: LocalCloud, events: Path) -> subprocess.CompletedProcess[str]:
    """Runs schemathesis, which writes a line of JSON into the file for each thing that it does."""
    command: list[str | Path] = [PROGRAM, "--config-file", CONFIG, "run", "docs/openapi.json", "--no-color"]
    command += ["--url", cloud.url, "--report", "ndjson", "--report-ndjson-path", events]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PARITY_SERVER_KEY": cloud.server_key},
        capture_output=True,
        text=True,
        check=False,
    )


def read_scenarios(events: Path) -> list[dict[str, Any]]:
    lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
    return [each["ScenarioFinished"] for each in map(json.loads, lines) if "ScenarioFinished" in each]


def count_checks(scenarios: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """How often each check had each outcome."""
    return Counter(
        (check["name"], check["status"])
        for scenario in scenarios
        for checks in scenario["recorder"].get("checks", {}).values()
        for check in checks
    )


def format_table(checks: dict[tuple[str, str], int]) -> str:
    names = sorted({name for name, _ in checks})
    rows = [f"{name:32} {checks[name, 'success']:7} {checks[name, 'failure']:7}" for name in names]
    return "\n".join(["", f"{'check':32} {'passed':>7} {'failed':>7}", *rows])


def test_every_operation_does_what_the_description_says(cloud: LocalCloud, tmp_path: Path) -> None:
    events = tmp_path / "events.ndjson"
    done = run(cloud, events)
    scenarios = read_scenarios(events)
    print(format_table(count_checks(scenarios)))  # noqa: T201 - the figures of the measurements
    assert done.returncode == 0, done.stdout + done.stderr
    described = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    called = {scenario["recorder"]["label"] for scenario in scenarios}
    assert {f"{method.upper()} {path}" for path, each in described.items() for method in each} <= called
