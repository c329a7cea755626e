"""The stores of this process on a table of the double."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from parity.customers.service import imports
from parity.dynamodb import listing
from parity.dynamodb.table import Table
from parity.metering.service import ingest
from tests.support.engines.tables import use_table
from tests.support.fakes.dynamodb.client import connect
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.tables import read_table_definition
from tools.measuring import usage_events

NAME = "measure"
ENVIRONMENT = {
    "TABLE_NAME": NAME,
    "STACK_NAME": NAME,
    "AWS_LAMBDA_FUNCTION_NAME": NAME,
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "ORGANISATION_ID": NAME,
    "EVENT_BUS_NAME": "default",
}

Double = TypeVar("Double", bound=DynamoDouble)


@contextmanager
def use_double(double: Double) -> Iterator[Double]:
    """One request after the other: what several threads ask for at once would be recorded as one."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (imports, ingest, listing):
            patch.setattr(module, "WORKERS", 1)
        os.environ |= ENVIRONMENT
        table = use_table(Table(connect(double), NAME), patch)
        patch.setattr(usage_events, "table", lambda: table)
        yield double


def new_definition() -> dict[str, object]:
    return read_table_definition(NAME)
