"""Mappings from a stream in memory to a function in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.event_sources.streams import StreamMappings, poller
from local.failures import FailureLog
from tests.unit.local.event_sources.streams.fakes import FakeFunction, FakeStream


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


@pytest.fixture
def function() -> FakeFunction:
    return FakeFunction()


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def mappings(
    stream: FakeStream,
    function: FakeFunction,
    reports: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[StreamMappings]:
    monkeypatch.setattr(poller, "DISCOVERY_SECONDS", 0.02)
    mappings = StreamMappings(stream, function.invoke, failures=FailureLog(tmp_path), report=reports.append)
    yield mappings
    mappings.close()
