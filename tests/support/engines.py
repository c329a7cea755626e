"""Tables in the real engine for use cases and handlers that run in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import botocore.session
import pytest
from botocore.config import Config

from local.engine import Engine
from parity.store import (
    adjustments,
    api_keys,
    checks,
    customers,
    entitlements,
    features,
    idempotency,
    migrations,
    plans,
    search,
    subscriptions,
)
from parity.store import table as tables
from parity.store.table import Table
from tests.support.tables import table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STORES = {
    adjustments: adjustments.adjustment_store,
    api_keys: api_keys.api_key_store,
    checks: checks.check_store,
    customers: customers.customer_store,
    entitlements: entitlements.entitlement_store,
    features: features.feature_store,
    idempotency: idempotency.idempotency_store,
    migrations: migrations.migration_store,
    plans: plans.plan_store,
    search: search.search_index,
    subscriptions: subscriptions.subscription_store,
}

# The functions give up on a request after 2 s: long for DynamoDB, short for 64 threads that share one engine.
PATIENT = Config(read_timeout=60, max_pool_connections=64)


def functions_client(engine: Engine) -> DynamoDBClient:
    """A client of the engine with the functions' own settings but for patience; it takes a while to make."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in {
            "TABLE_NAME": "none",
            "AWS_ENDPOINT_URL_DYNAMODB": engine.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }.items():
            patch.setenv(variable, value)
        config = tables.table.__wrapped__().client.meta.config.merge(PATIENT)
        client = botocore.session.get_session().create_client("dynamodb", config=config)
    return cast("DynamoDBClient", client)


def use_new_table(client: DynamoDBClient, name: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Creates an empty table and lets the stores of this process use it, without memory of another."""
    client.create_table(**table_definition(name))
    table = Table(client, name)
    for module, store in STORES.items():
        monkeypatch.setattr(module, "table", lambda: table)
        store.cache_clear()
    return table
