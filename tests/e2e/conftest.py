"""One engine for all tests here, with tables of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from local.engine import Engine
from parity.dynamodb.table import Table
from tests.support.engines.processes import ENGINE_PYTHON
from tests.support.engines.tables import make_functions_client, use_new_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def database(engine: Engine) -> DynamoDBClient:
    return make_functions_client(engine)


@pytest.fixture
def table(database: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """An empty table in the engine, used by the use cases and handlers of this process."""
    table = use_new_table(database, f"test-{uuid4().hex}", monkeypatch)
    yield table
    database.delete_table(TableName=table.name)
