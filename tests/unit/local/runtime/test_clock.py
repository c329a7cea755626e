"""The clock in the processes of functions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.clock import Clock
from local.model import Function
from local.runtime import FunctionPool
from tests.support import ROOT
from tests.support.engines.processes import RUNTIME_PYTHON
from tests.unit.local.runtime.functions import invoke

HANDLER = """
import os
from datetime import UTC, datetime
from parity.core.times import now

def tell_time(event, context):
    return {
        "now": now().isoformat(),
        "real": datetime.now(UTC).isoformat(),
        "milliseconds": context.get_remaining_time_in_millis(),
        "variables": [name for name in os.environ if "CLOCK" in name],
    }
"""
MONTH = timedelta(days=30)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.fixture
def pool(tmp_path: Path, clock: Clock) -> Iterator[FunctionPool]:
    """A function that has the package, and one that has not."""
    (tmp_path / "app.py").write_text(HANDLER)
    (tmp_path / "plain.py").write_text("def answer(event, context): return 1")
    package = (ROOT / "layers/parity/python",)
    functions = {
        "tell_time": Function("tell_time", "app.tell_time", tmp_path, package, {}, 256, 20),
        "plain": Function("plain", "plain.answer", tmp_path, (), {}, 256, 20),
    }
    pool = FunctionPool(
        functions, RUNTIME_PYTHON, logs=tmp_path / "logs", services={}, report=print, clock=clock.file
    )
    yield pool
    pool.close()


def test_a_running_process_has_the_new_time_at_once(pool: FunctionPool, clock: Clock) -> None:
    for _ in range(2):
        before = clock.now()
        answer = invoke(pool, "tell_time")
        assert before <= datetime.fromisoformat(answer["now"]) <= clock.now()
        clock.move_to(clock.now() + MONTH)


def test_all_but_the_package_keeps_real_time(pool: FunctionPool, clock: Clock) -> None:
    clock.move_to(clock.now() + MONTH)
    answer = invoke(pool, "tell_time")
    assert datetime.fromisoformat(answer["real"]) <= datetime.now(UTC)
    assert 0 < answer["milliseconds"] <= 20_000
    assert answer["variables"] == []


def test_a_function_without_the_package_runs(pool: FunctionPool) -> None:
    assert invoke(pool, "plain") == 1
