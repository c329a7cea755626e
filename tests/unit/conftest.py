"""A table that collides and throttles as DynamoDB does, in a time of its own."""

from __future__ import annotations

import pytest

from parity.dynamodb.table import Table
from tests.support.fakes.dynamodb.client import connect
from tests.support.fakes.dynamodb.simulation import Simulation
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.tables import read_table_definition

NAME = "table"


@pytest.fixture
def simulation() -> Simulation:
    return Simulation()


@pytest.fixture
def double(simulation: Simulation) -> DynamoDouble:
    return DynamoDouble(read_table_definition(NAME), simulation)


@pytest.fixture
def double_table(double: DynamoDouble) -> Table:
    return Table(connect(double), NAME)
