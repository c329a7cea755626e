"""Tables in the real engine for use cases and handlers that run in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import botocore.session
import pytest
from botocore.config import Config

from local.engine import Engine
from parity.api_keys import store as api_keys
from parity.catalog.store import features, meters, migrations, plans
from parity.customers.store import customers
from parity.customers.store import search_index as search
from parity.dynamodb import idempotency
from parity.dynamodb import table as tables
from parity.dynamodb.table import Table
from parity.entitlements.store import checks
from parity.entitlements.store import holdings as entitlements
from parity.entitlements.store import overrides as adjustments
from parity.metering.store import buckets, counters, events
from parity.subscriptions.store import subscriptions
from parity.usage.store import alerts, ended_windows, reservations
from parity.usage.store import reports as usage_reports
from tests.support.tables import table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STORES = {
    adjustments: adjustments.adjustment_store,
    api_keys: api_keys.api_key_store,
    buckets: buckets.bucket_store,
    checks: checks.check_store,
    counters: counters.counter_store,
    customers: customers.customer_store,
    entitlements: entitlements.entitlement_store,
    events: events.event_store,
    features: features.feature_store,
    idempotency: idempotency.idempotency_store,
    meters: meters.meter_store,
    migrations: migrations.migration_store,
    plans: plans.plan_store,
    reservations: reservations.reservation_store,
    search: search.search_index,
    subscriptions: subscriptions.subscription_store,
    alerts: alerts.alert_store,
    ended_windows: ended_windows.ended_window_store,
}

# The functions give up on a request after 2 s: long for DynamoDB, short for 64 threads that share one engine.
PATIENT = Config(connect_timeout=60, read_timeout=60, max_pool_connections=64)
ONCE = PATIENT.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
"""For reports of usage, which must not be sent again unseen."""


def functions_client(engine: Engine, settings: Config = PATIENT) -> DynamoDBClient:
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
        config = tables.table.__wrapped__().client.meta.config.merge(settings)
        client = botocore.session.get_session().create_client("dynamodb", config=config)
    return cast("DynamoDBClient", client)


def use_new_table(client: DynamoDBClient, name: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Creates an empty table and lets the stores of this process use it, without memory of another.

    Reports of usage go through the same client, unless a test lets them `use_once`.
    """
    client.create_table(**table_definition(name))
    table = Table(client, name)
    for module, store in STORES.items():
        monkeypatch.setattr(module, "table", lambda: table)
        store.cache_clear()
    use_once(client, name, monkeypatch)
    return table


def use_once(client: DynamoDBClient, name: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Lets reports of usage go through this client."""
    table = Table(client, name)
    monkeypatch.setattr(usage_reports, "once_table", lambda: table)
    usage_reports.usage_report_store.cache_clear()
    return table
