"""The real engine, with its streams and queues."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.engine import Engine
from tests.support.engines.processes import ENGINE_PYTHON
from tests.support.engines.tables import Clients, StreamedTable, create_streamed_table
from tools import failed_batches


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path_factory.mktemp("engine"))
    yield Clients.connect(engine)
    engine.close()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failed_batches, "WAIT_SECONDS", 0)


@pytest.fixture
def place(clients: Clients) -> StreamedTable:
    return create_streamed_table(clients)
