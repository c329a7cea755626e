"""The interpreters of functions and of the engine, and work in other threads and processes."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from tests.support import ROOT


def _runtime_python() -> Path:
    made = ROOT / ".venvs/runtime/bin/python"
    return made if made.exists() else Path(sys.executable)


def _engine_python() -> Path:
    made = ROOT / ".venvs/engine/bin/python"
    on_path = shutil.which("ministack")
    return Path(on_path).with_name("python") if on_path and not made.exists() else made


RUNTIME_PYTHON = _runtime_python()
ENGINE_PYTHON = _engine_python()
needs_engine = pytest.mark.skipif(
    not ENGINE_PYTHON.exists(), reason="MiniStack is not installed: make test does it"
)

DEADLINE_SECONDS = 90


def wait_until(condition: Callable[[], object], deadline_seconds: float = DEADLINE_SECONDS) -> None:
    """Returns as soon as the condition is true. Fails when it is not true by the deadline."""
    deadline = time.monotonic() + deadline_seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.02)


Result = TypeVar("Result")


def run_at_once(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Starts all calls together, each in its own thread; returns what each returned or raised, in order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        start.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - what is raised is an outcome, too
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def list_unexpected(outcomes: Sequence[object], *expected: type[Exception]) -> list[Exception]:
    """The errors among the outcomes of `run_at_once` that are of no expected class."""
    return [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, expected)]
