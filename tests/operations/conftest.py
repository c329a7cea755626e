"""Handlers run in this process against moto's DynamoDB: single-threaded and fast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID

from parity.aws.event_bus import event_bus
from parity.aws.fifo_queue import fifo_queue
from parity.customers.service import imports
from parity.dynamodb import due_work, table
from parity.dynamodb.table import Table
from parity.metering.service import ingest
from parity.subscriptions.service import migration
from parity.subscriptions.store.migration_queue import MigrationQueue, migration_queue
from parity.usage.store.reports import once_table
from parity.webhooks.store.delivery_queue import DeliveryQueue, delivery_queue
from tests.support.builders.catalog import make_entitlement, make_hard_limit
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import subscribe_acme
from tests.support.builders.events import EventLog
from tests.support.builders.prepared import keep_prepared
from tests.support.builders.reports import MONTHLY, set_clocks
from tests.support.builders.subscriptions import sell_to_acme
from tests.support.builders.usage_history import set_history_clocks
from tests.support.fakes.clients import Request, record_requests
from tests.support.fakes.functions import set_clock
from tests.support.fakes.moto_speed import speed_up_moto
from tests.support.fakes.moto_tables import MotoSnapshots
from tests.support.fakes.tables import forget_stores, read_table_definition
from tests.support.scenarios.migrations import sell_to_migrate

TABLE_NAME = "parity-test"
MIGRATIONS = "migrations.fifo"
WEBHOOKS = "webhookdeliveries.fifo"
DUE_QUEUES = {
    "DUE_SUBSCRIPTIONS_QUEUE_URL": "duesubscriptions.fifo",
    "DUE_HOURS_QUEUE_URL": "duehours.fifo",
    "DUE_RESERVATIONS_QUEUE_URL": "duereservations.fifo",
}
ENVIRONMENT = {
    "TABLE_NAME": TABLE_NAME,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "EVENT_BUS_NAME": "default",
    "STACK_NAME": "parity-test",
    "WEBHOOK_DELIVERIES_QUEUE_URL": f"https://sqs.us-east-1.amazonaws.com/{DEFAULT_ACCOUNT_ID}/{WEBHOOKS}",
    **{
        name: f"https://sqs.us-east-1.amazonaws.com/{DEFAULT_ACCOUNT_ID}/{queue}"
        for name, queue in DUE_QUEUES.items()
    },
    "MIGRATIONS_QUEUE_URL": f"https://sqs.us-east-1.amazonaws.com/{DEFAULT_ACCOUNT_ID}/{MIGRATIONS}",
}


@pytest.fixture(scope="session")
def session_table() -> Table:
    """Made once: a client is ten times as slow to make as a test is to run."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        migration_queue()
        delivery_queue()
        for queue in DUE_QUEUES:
            fifo_queue(queue)
        event_bus()
        once_table()
        return table.table()


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    """Moto in place of AWS, once per module: starting it is four times as slow as emptying it."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        speed_up_moto(patch)
        keep_prepared(MotoSnapshots(TABLE_NAME))
        yield
        keep_prepared(None)


@pytest.fixture(autouse=True)
def parity_table(session_table: Table, moto: None, monkeypatch: pytest.MonkeyPatch) -> Table:
    """An empty table per test, and stores that know nothing of the one before."""
    BackendDict.reset()
    forget_stores()
    monkeypatch.setenv("ORGANISATION_ID", "org-1")
    monkeypatch.setenv("ACTIVITY_RETENTION_DAYS", "365")
    monkeypatch.setenv("ALLOW_LOOPBACK_WEBHOOKS", "false")
    session_table.client.create_table(**read_table_definition(TABLE_NAME))
    return session_table


@pytest.fixture(autouse=True)
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more workers, moto loses writes of concurrent transactions."""
    for module in (due_work, imports, ingest, migration):
        monkeypatch.setattr(module, "WORKERS", 1)


@pytest.fixture
def queue(parity_table: Table) -> MigrationQueue:
    """An empty queue of migrations; without this fixture there is none."""
    queue = migration_queue()
    queue.client.create_queue(QueueName=MIGRATIONS, Attributes={"FifoQueue": "true"})
    return queue


@pytest.fixture
def attempts_queue(parity_table: Table) -> DeliveryQueue:
    """An empty queue of attempts of webhooks; without this fixture there is none."""
    queue = delivery_queue()
    queue.client.create_queue(QueueName=WEBHOOKS, Attributes={"FifoQueue": "true"})
    return queue


@pytest.fixture
def bus_requests(parity_table: Table) -> Iterator[list[Request]]:
    """What is sent to the event bus."""
    with record_requests(event_bus().client) as requests:
        yield requests


@pytest.fixture
def log(parity_table: Table) -> EventLog:
    return EventLog()


@pytest.fixture
def sold_to_acme(parity_table: Table) -> None:
    sell_to_acme()


@pytest.fixture
def pro_to_migrate(queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan `pro`, whose subscribers are migrated in chunks of two."""
    monkeypatch.setattr(migration, "CHUNK", 2)
    sell_to_migrate()


@pytest.fixture
def reporting_acme(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer `acme`; events are reported at MOMENT."""
    create_customer("Acme")
    for operation in ("report/event", "report/events"):
        set_clock(monkeypatch, operation)


@pytest.fixture
def usage_at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The handlers that count or check usage are called at MOMENT."""
    set_clocks(monkeypatch)


@pytest.fixture
def acme(usage_at_noon: None, parity_table: Table) -> str:
    """The customer `acme` with a hard limit of 100 exports a month; the id of its subscription."""
    return subscribe_acme(make_hard_limit(100, **MONTHLY))


@pytest.fixture
def usage_in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories of usage are read on 2 April 2026."""
    set_history_clocks(monkeypatch)


@pytest.fixture
def acme_with_usage(parity_table: Table) -> str:
    """`acme` with 100 exports, which are reported, and 1,000 calls, which are counted, each month."""
    return subscribe_acme(
        make_entitlement("exports", 100, **MONTHLY),
        make_entitlement("calls", 1000, **MONTHLY),
        raw={"calls": "SUM"},
    )
