"""Handlers run in this process against moto's DynamoDB: single-threaded and fast."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from parity.store import api_keys, customers, idempotency, search, table
from parity.store.table import Table
from tests.support.tables import table_definition

TABLE_NAME = "parity-test"


@pytest.fixture(autouse=True)
def parity_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """An empty table per test, and stores that know nothing of the one before."""
    for name, value in {
        "TABLE_NAME": TABLE_NAME,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    }.items():
        monkeypatch.setenv(name, value)
    for cached in (
        table.table,
        customers.customer_store,
        search.search_index,
        idempotency.idempotency_store,
        api_keys.api_key_store,
    ):
        cached.cache_clear()
    with mock_aws():
        boto3.client("dynamodb").create_table(**table_definition(TABLE_NAME))
        yield table.table()
