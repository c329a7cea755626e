"""What is compiled reads and answers as pydantic and Powertools do (docs/decisions/0076)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT
from tests.support.scenarios.compiled.samples import OPERATIONS, list_requests, list_values
from tools.compile_operations import write_compiled

Sample = tuple[str, Any]
VARIABLES = {"ALLOW_LOOPBACK_WEBHOOKS": "false"}


@pytest.fixture(scope="module")
def compiled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the package of all that is compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    write_compiled(folder / "parity_compiled")
    return folder


@dataclass(frozen=True)
class Comparison:
    """What was read from each sample by pydantic, and by what is compiled."""

    requests: list[tuple[Sample, Any, Any]]
    values: list[tuple[Sample, Any, Any]]


@pytest.fixture(scope="module")
def comparison(compiled_folder: Path) -> Comparison:
    requests, values = list(list_requests()), list(list_values())
    asked = json.dumps({"requests": requests, "values": values})
    expected, found = read_all(asked, compiled_folder.parent), read_all(asked, compiled_folder)
    assert (expected["is_compiled"], found["is_compiled"]) == (False, True)
    return Comparison(
        list(zip(requests, expected["requests"], found["requests"], strict=True)),
        list(zip(values, expected["values"], found["values"], strict=True)),
    )


def read_all(asked: str, folder: Path) -> dict[str, Any]:
    """What operations and models make of the samples, in a process with this folder on its path."""
    path = os.pathsep.join(map(str, (folder, ROOT / "layers/parity/python", ROOT)))
    target = folder / "read.json"
    subprocess.run(
        [sys.executable, "-m", "tests.support.scenarios.compiled.reader", target],
        input=asked,
        env={**os.environ, **VARIABLES, "PYTHONPATH": path},
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
def test_requests_are_read_and_refused_alike(comparison: Comparison) -> None:
    for (operation, event), expected, found in comparison.requests:
        assert found == expected, (operation, event)


@pytest.mark.slow
def test_values_are_read_and_written_alike(comparison: Comparison) -> None:
    for (model, value), expected, found in comparison.values:
        assert found == expected, (model, value)


def test_every_operation_is_reached_by_a_sample_and_every_body_refused_in_one(comparison: Comparison) -> None:
    with_body = {operation for (operation, event), _, _ in comparison.requests if event["body"]}
    reached = {operation for (operation, _), _, (arguments, _) in comparison.requests if arguments}
    refused = {
        operation
        for (operation, event), _, (arguments, answer) in comparison.requests
        if event["body"] and not arguments and answer["statusCode"] == 400
    }
    assert reached == set(OPERATIONS)
    assert with_body <= refused


@pytest.mark.slow
def test_the_tests_of_operations_pass_with_what_is_compiled(compiled_folder: Path) -> None:
    description = "test_contract.py::test_the_committed_description_is_generated_from_the_handlers"
    without_powertools = f"--deselect=tests/operations/{description}"  # which makes it
    options = ["-n", "0", "-q", "-p", "no:cacheprovider", without_powertools]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/operations"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(compiled_folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
