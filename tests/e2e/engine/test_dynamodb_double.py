"""The double answers as a real engine does, request by request, and counts the units that one counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.durable_engine import FILE, PROGRAM
from local.engine import Engine
from parity.dynamodb.table import Table
from tests.support import ROOT
from tests.support.fakes.dynamodb.client import connect
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.random_requests import RandomRequests, answer

pytestmark = pytest.mark.slow

NAME = "units"
REQUESTS = 1000


@pytest.fixture
def counting_engine(tmp_path: Path) -> Iterator[Any]:
    """A client of the engine that counts units as AWS documents them."""
    if not (ROOT / PROGRAM).exists():
        pytest.skip("npm has no dynoxide for this machine")
    engine = Engine.start_program(ROOT / PROGRAM, tmp_path / FILE, tmp_path)
    client = engine.client("dynamodb")
    client.create_table(**read_table_definition(NAME))
    yield client
    engine.close()


def count_units(client: Any) -> list[float]:  # noqa: ANN401
    """A list to which each request of the client adds its units."""
    units: list[float] = []

    def ask(params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def add(parsed: dict[str, Any], **_: object) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        tables = consumed if isinstance(consumed, list) else [consumed]
        units.append(sum(table["CapacityUnits"] for table in tables))

    client.meta.events.register("provide-client-params.dynamodb", ask)
    client.meta.events.register("after-call.dynamodb", add)
    return units


def test_the_double_answers_as_the_engine_does(table: Table) -> None:
    double = connect(DynamoDouble(read_table_definition(table.name)))
    for number, request in enumerate(RandomRequests(table.name, 2).draw(REQUESTS)):
        assert answer(double, request) == answer(table.client, request), (number, request)


def test_the_double_counts_units_as_the_engine_does(counting_engine: Any) -> None:  # noqa: ANN401
    double = connect(DynamoDouble(read_table_definition(NAME)))
    counted, expected = count_units(double), count_units(counting_engine)
    for request in RandomRequests(NAME, 7).draw(REQUESTS):
        answer(double, request)
        answer(counting_engine, request)
        assert counted == expected, request
