"""Handlers run in this process against moto's DynamoDB: single-threaded and fast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from parity.store import api_keys, customers, idempotency, search, table
from parity.store.table import Table
from tests.support.tables import table_definition

TABLE_NAME = "parity-test"
ENVIRONMENT = {
    "TABLE_NAME": TABLE_NAME,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


@pytest.fixture(scope="session")
def session_table() -> Table:
    """Made once: a client takes ten times as long as a test does."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        return table.table()


@pytest.fixture(autouse=True)
def parity_table(session_table: Table) -> Iterator[Table]:
    """An empty table per test, and stores that know nothing of the one before."""
    for cached in (
        customers.customer_store,
        search.search_index,
        idempotency.idempotency_store,
        api_keys.api_key_store,
    ):
        cached.cache_clear()
    with mock_aws():
        session_table.client.create_table(**table_definition(TABLE_NAME))
        yield session_table
