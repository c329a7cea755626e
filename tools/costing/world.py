"""A stack in this process: the table double with its stream, and AWS's other services as moto has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from parity.aws.event_bus import event_bus
from parity.aws.fifo_queue import fifo_queue
from parity.customers.service import imports
from parity.customers.store import customer_counts
from parity.dynamodb import due_work, listing
from parity.dynamodb.table import Table
from parity.entitlements.service import explain
from parity.metering.service import ingest
from parity.subscriptions.service import migration
from parity.subscriptions.store.migration_queue import migration_queue
from parity.webhooks.store.delivery_queue import delivery_queue
from tests.support.engines.tables import use_table
from tests.support.fakes.clients import Request as AwsRequest
from tests.support.fakes.clients import record_requests
from tests.support.fakes.dynamodb.answers import Answer
from tests.support.fakes.dynamodb.client import connect
from tests.support.fakes.dynamodb.expressions import Request
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.event_sources import STREAM, Record
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.tables import forget_stores
from tools.costing.stack import read_stack
from tools.measuring import usage_events
from tools.measuring.load.tables import ENVIRONMENT, NAME, new_definition
from tools.measuring.units import Meter, Units

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.support.fakes.dynamodb.sizes import Item

Place = tuple[str, str]
WITH_THREADS = (customer_counts, due_work, explain, imports, ingest, listing, migration)
QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/"
QUEUES = {
    "MIGRATIONS_QUEUE_URL": "migrations.fifo",
    "WEBHOOK_DELIVERIES_QUEUE_URL": "deliveries.fifo",
    "DUE_SUBSCRIPTIONS_QUEUE_URL": "due-subscriptions.fifo",
    "DUE_HOURS_QUEUE_URL": "due-hours.fifo",
    "DUE_RESERVATIONS_QUEUE_URL": "due-reservations.fifo",
}


class StreamedDouble(DynamoDouble):
    """`records` are those of the stream: one for each item that a request has changed."""

    def __init__(self) -> None:
        super().__init__(new_definition())
        self.records: list[Record] = []

    def handle(self, operation: str, request: Request) -> Answer:
        before = {place: self.storage.get(place) for place in _list_places(operation, request)}
        answer = super().handle(operation, request)
        for place, old in before.items():
            if (new := self.storage.get(place)) != old:
                self.records.append(_make_record(place, old, new))
        return answer


def _list_places(operation: str, request: Request) -> Iterator[Place]:
    """The keys of what a request writes."""
    actions: list[Request] = [request]
    if operation == "TransactWriteItems":
        actions = [action for item in request["TransactItems"] for action in item.values()]
    elif operation == "BatchWriteItem":
        tables = request["RequestItems"].values()
        actions = [action for items in tables for item in items for action in item.values()]
    for action in actions:
        if key := action.get("Item") or action.get("Key"):
            yield key["PK"]["S"], key["SK"]["S"]


def _make_record(place: Place, old: Item | None, new: Item | None) -> Record:
    changed: dict[str, Any] = {"Keys": {"PK": {"S": place[0]}, "SK": {"S": place[1]}}}
    changed |= {"SequenceNumber": str(next(usage_events.SEQUENCE))}
    changed |= {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
    name = "REMOVE" if new is None else "MODIFY" if old else "INSERT"
    return {"eventName": name, "eventSourceARN": STREAM, "dynamodb": changed}


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function, and what it asked of the table.

    `at_once` is how many of its requests it sends together.
    """

    operation: str
    units: Units
    at_once: int = 1


@dataclass
class World:
    """What was asked of the table (by its stream's records), the event bus and the queues since `forget`.

    The queues to which functions send are FIFO queues.
    """

    double: StreamedDouble
    client: DynamoDBClient
    meter: Meter
    patch: pytest.MonkeyPatch
    bus_requests: list[AwsRequest]
    queue_requests: list[list[AwsRequest]]

    def forget(self) -> None:
        self.double.records.clear()
        for requests in (self.bus_requests, *self.queue_requests):
            requests.clear()

    @property
    def published_entries(self) -> list[dict[str, Any]]:
        """The entries that the event bus was given."""
        return [entry for _, parameters in self.bus_requests for entry in parameters["Entries"]]

    def invoke(self, operation: str, event: dict[str, Any], at_once: int = 1) -> tuple[Any, Invocation]:
        """The function's answer, and the call."""
        handler = load_handler(operation).handler
        answer, units = self.meter.count(lambda: handler(event, Context()))
        return answer, Invocation(operation, units, at_once)

    def take_records(self) -> list[Record]:
        """The records since the last time."""
        taken = [*self.double.records]
        self.double.records.clear()
        return taken


@contextmanager
def open_worlds() -> Iterator[None]:
    """What all worlds have in common: the environment of the stack's functions, and moto."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        queues = {variable: QUEUE_URL + name for variable, name in QUEUES.items()}
        functions = read_stack().functions.values()
        of_template = {name: value for each in functions for name, value in each.variables.items()}
        for name, value in {**of_template, **ENVIRONMENT, **queues}.items():
            patch.setenv(name, value)
        _forget_clients()
        for queue in (migration_queue(), delivery_queue()):
            name = queue.url.rpartition("/")[2]
            queue.client.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})
        yield
    _forget_clients()
    forget_stores()


def _forget_clients() -> None:
    """Those that this process has made in another environment."""
    for make in (event_bus, migration_queue, delivery_queue, fifo_queue):
        make.cache_clear()


@contextmanager
def open_world() -> Iterator[World]:
    """An empty table, and stores of this process that use it. One request after the other."""
    double = StreamedDouble()
    with pytest.MonkeyPatch.context() as patch:
        for module in WITH_THREADS:
            patch.setattr(module, "WORKERS", 1)
        forget_stores()
        table = use_table(Table(connect(double), NAME), patch)
        patch.setattr(usage_events, "table", lambda: table)
        with (
            record_requests(event_bus().client) as published,
            record_requests(migration_queue().client) as chunks,
            record_requests(delivery_queue().client) as deliveries,
        ):
            yield World(double, table.client, Meter(table.client), patch, published, [chunks, deliveries])
