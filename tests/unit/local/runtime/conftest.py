"""Pools of functions whose code is in a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.model import Function
from local.runtime import FunctionPool
from tests.support.engines.processes import RUNTIME_PYTHON
from tests.unit.local.runtime.functions import HANDLERS, MakePool


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "app.py").write_text(HANDLERS)
    return folder


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def make_pool(tmp_path: Path, reports: list[str]) -> Iterator[MakePool]:
    pools = []

    def make(*functions: Function, capacity: int | None = None, wait_seconds: float = 60) -> FunctionPool:
        pool = FunctionPool(
            {function.name: function for function in functions},
            RUNTIME_PYTHON,
            logs=tmp_path / "logs",
            services={"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"},
            report=reports.append,
            capacity=capacity,
            wait_seconds=wait_seconds,
        )
        pools.append(pool)
        return pool

    yield make
    for pool in pools:
        pool.close()
