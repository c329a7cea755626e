"""Handlers run in this process against moto's DynamoDB: single-threaded and fast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID

from parity.api_keys import store as api_keys
from parity.aws import event_bus
from parity.catalog.store import features, meters, migrations, plans
from parity.customers.store import customers
from parity.customers.store import search_index as search
from parity.dynamodb import idempotency, table
from parity.dynamodb.table import Table
from parity.entitlements.store import checks, overrides
from parity.entitlements.store import holdings as entitlements
from parity.metering.store import buckets, counters, events
from parity.subscriptions.store import subscriptions
from parity.subscriptions.store.migration_queue import MigrationQueue, migration_queue
from parity.usage.store import alerts, ended_windows, reservations
from parity.usage.store import reports as usage_reports
from tests.support.fakes.tables import read_table_definition

TABLE_NAME = "parity-test"
ENVIRONMENT = {
    "TABLE_NAME": TABLE_NAME,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "EVENT_BUS_NAME": "default",
    "MIGRATIONS_QUEUE_URL": f"https://sqs.us-east-1.amazonaws.com/{DEFAULT_ACCOUNT_ID}/migrations",
}


@pytest.fixture(scope="session")
def session_table() -> Table:
    """Made once: a client takes ten times as long as a test does."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        migration_queue()
        event_bus.event_bus()
        usage_reports.once_table()
        return table.table()


@pytest.fixture(autouse=True)
def parity_table(session_table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """An empty table per test, and stores that know nothing of the one before."""
    for cached in (
        customers.customer_store,
        search.search_index,
        idempotency.idempotency_store,
        api_keys.api_key_store,
        features.feature_store,
        plans.plan_store,
        subscriptions.subscription_store,
        entitlements.entitlement_store,
        checks.check_store,
        overrides.override_store,
        meters.meter_store,
        migrations.migration_store,
        buckets.bucket_store,
        counters.counter_store,
        events.event_store,
        reservations.reservation_store,
        alerts.alert_store,
        ended_windows.ended_window_store,
        usage_reports.usage_report_store,
    ):
        cached.cache_clear()
    monkeypatch.setenv("ORGANISATION_ID", "org-1")
    with mock_aws():
        session_table.client.create_table(**read_table_definition(TABLE_NAME))
        yield session_table


@pytest.fixture
def queue(parity_table: Table) -> MigrationQueue:
    """An empty queue of migrations; without this fixture there is none."""
    queue = migration_queue()
    queue.client.create_queue(QueueName="migrations")
    return queue
