"""Streams, queues and schedules, as Lambda invokes functions for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.event_sources.filters import matches
from local.event_sources.streams.records import to_event_record
from local.stack.transform import read_transformed
from parity.dynamodb.items import Item, to_wire
from parity.dynamodb.table import Table
from parity.entitlements.store import keys as entitlement_keys
from parity.metering.rules.counters import UsageCounter
from parity.metering.store import keys as metering_keys
from parity.metering.store.counters import _to_item
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support import ROOT
from tests.support.answers import expect
from tests.support.builders.moments import NOON
from tests.support.fakes.functions import Context, call, load_handler, set_clock
from tests.support.fakes.gateway import load_sample_event
from tests.support.fakes.jobs import run_job
from tests.support.fakes.tables import scan_items

Record = dict[str, Any]

REGION = "us-east-1"
RECOMPUTE = "EntitlementsRecompute"


class Stream:
    """The stream of a table, turned on now if it was not. Its records are oldest first."""

    def __init__(self, table: Table) -> None:
        self._table = table
        if "LatestStreamArn" not in table.client.describe_table(TableName=table.name)["Table"]:
            on = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
            table.client.update_table(TableName=table.name, StreamSpecification=on)  # type: ignore[arg-type]
        self._client = _make_streams_client()

    def records(self) -> list[Record]:
        arn = self._table.client.describe_table(TableName=self._table.name)["Table"]["LatestStreamArn"]
        ((shard,)) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = self._client.get_records(ShardIterator=iterator)["Records"]
        return [to_event_record(record, arn, REGION) for record in found]


class ChangeStream:
    """What passes the filters of the function that recomputes and tells, from now on, each record once."""

    def __init__(self, table: Table) -> None:
        self._stream = Stream(table)
        self._read = 0
        self.read_new()

    def read_new(self) -> list[Record]:
        found = select_records(self._stream.records())
        new, self._read = found[self._read :], len(found)
        return new

    def deliver(self) -> list[Record]:
        """Delivers what is new, in one batch, and returns it."""
        records = self.read_new()
        assert follow_records(records) == []
        return records


def follow_records(records: Iterable[Record]) -> list[str]:
    """The sequence numbers that the function which recomputes and tells reports as failed."""
    event = {"Records": list(records)}
    answer = load_handler("entitlements/recompute").handler(event, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@cache
def _make_streams_client() -> Any:  # noqa: ANN401 - it ships no types here
    # moto knows no endpoints that are named after an account.
    config = Config(account_id_endpoint_mode="disabled")
    return botocore.session.get_session().create_client("dynamodbstreams", region_name=REGION, config=config)


@cache
def read_filters(function: str) -> list[dict[str, Any]]:
    """The patterns of the stream mapping of a function, by its logical id."""
    mapping = read_transformed(ROOT / "template.yaml", {}).resources[f"{function}Stream"]["Properties"]
    return [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]


def select_records(records: list[Record], function: str = RECOMPUTE) -> list[Record]:
    """The records that pass the filters of the mapping."""
    return [
        record for record in records if any(matches(pattern, record) for pattern in read_filters(function))
    ]


class UsageStream:
    """The stream of events and counters: what has changed in the table since the last read."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[tuple[str, str], Item] = {}
        self._numbers = count(1)

    def read_changes(self) -> list[Record]:
        """Records of events, then of counters."""
        found = {(item["PK"], item["SK"]): item for item in scan_items(self._table) if _is_usage(item)}
        changed = {place: item for place, item in found.items() if item != self._known.get(place)}
        records = [self._record(place, item) for place, item in sorted(changed.items(), key=_order_of_change)]
        self._known = found
        return records

    def _record(self, place: tuple[str, str], item: Item) -> Record:
        old = self._known.get(place)
        return make_record(to_wire(item), to_wire(old) if old else None, next(self._numbers))


def _is_usage(item: Item) -> bool:
    return metering_keys.is_events(item["PK"]) or item["SK"].startswith(entitlement_keys.COUNTER)


def _order_of_change(changed: tuple[tuple[str, str], Item]) -> tuple[bool, tuple[str, str]]:
    return not metering_keys.is_events(changed[0][0]), changed[0]


class TrimmedStream:
    """A stream that no longer has the requested records."""

    def get_shard_iterator(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")


BATCH_ATTEMPTS = 6
"""The first one and the mapping's MaximumRetryAttempts."""


STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/parity-test/stream/2026-01-01T00:00:00.000"


def make_record(image: dict[str, Any], old: dict[str, Any] | None = None, number: int = 1) -> Record:
    """A record of the stream, as Lambda receives it."""
    changed: dict[str, Any] = {
        "Keys": {"PK": image["PK"], "SK": image["SK"]},
        "NewImage": image,
        "SequenceNumber": str(number),
    }
    if old:
        changed["OldImage"] = old
    return {"eventName": "MODIFY" if old else "INSERT", "eventSourceARN": STREAM, "dynamodb": changed}


def make_counter_record(counter: UsageCounter, old: UsageCounter | None = None, number: int = 1) -> Record:
    """The record of a new or changed counter."""
    return make_record(to_wire(_to_item(counter)), to_wire(_to_item(old)) if old else None, number)


def deliver_records(records: Iterable[Record], at: datetime = NOON) -> list[str]:
    """Delivers one batch; returns the sequence numbers that the function reports as failed."""
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, "usage/count", at)
        answer = load_handler("usage/count").handler({"Records": list(records)}, Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def deliver_with_retries(records: Sequence[Record], at: datetime = NOON) -> list[Record]:
    """Delivers as the mapping of the stream does, which retries in halves; returns what failed in the end."""
    given_up: list[Record] = []
    batches = [(list(records), BATCH_ATTEMPTS)]
    while batches:
        batch, attempts = batches.pop(0)
        failed = deliver_records(batch, at) if batch else []
        if not failed:
            continue
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        rest = batch[numbers.index(failed[0]) :]
        if len(rest) > 1:
            half = len(rest) // 2
            batches[:0] = [(rest[:half], BATCH_ATTEMPTS), (rest[half:], BATCH_ATTEMPTS)]
        elif attempts > 1:
            batches.insert(0, (rest, attempts - 1))
        else:
            given_up += rest
    return given_up


def run_aggregation(at: datetime, context: Context | None = None) -> dict[str, Any]:
    """What the scheduled function reports."""
    return {"closed": 0, "drifted": 0, "failed": 0, **run_job("usage/aggregate", at, context)}


def close_due_hours(at: datetime) -> tuple[int, int, int]:
    """How many hours a complete run closed, how many events they were wrong by, and how many failed."""
    done = run_aggregation(at)
    assert done["complete"]
    return done["closed"], done["drifted"], done["failed"]


def release_expired(at: datetime) -> tuple[int, int]:
    """How many reservations a complete run released, and how many failed."""
    done = {"released": 0, "failed": 0, **run_job("reservations/expire", at)}
    assert done["complete"]
    return done["released"], done["failed"]


def retry_parked_work(at: datetime, context: Context | None = None) -> dict[str, Any]:
    """What the scheduled function that does parked work reports."""
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, "parked_work/retry", at)
        done: dict[str, Any] = load_handler("parked_work/retry").handler({}, context or Context())
    return done


def run_advance(at: datetime, context: Context | None = None) -> dict[str, Any]:
    """What the scheduled function that advances subscriptions reports."""
    return {"advanced": 0, "failed": 0, **run_job("subscriptions/advance", at, context)}


def advance_due(at: datetime) -> tuple[int, int]:
    """How many subscriptions a complete run advanced, and how many failed."""
    done = run_advance(at)
    assert done["complete"]
    return done["advanced"], done["failed"]


QueueMessage = dict[str, Any]


def receive_messages(queue: MigrationQueue) -> list[QueueMessage]:
    """Receives and deletes all messages of the queue."""
    found = []
    while received := queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in received:
            found.append(json.loads(message["Body"]))
            queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    return found


def deliver_messages(queue: MigrationQueue, waiting: list[QueueMessage] | None = None) -> list[QueueMessage]:
    """Delivers these messages, or all of the queue, one by one as the template does; returns them."""
    waiting = receive_messages(queue) if waiting is None else waiting
    for message in waiting:
        event = load_sample_event("plan_migrations_migrate")
        event["Records"][0]["body"] = json.dumps(message)
        load_handler("plan_migrations/migrate").handler(event, Context())
    return waiting


def get_migration(plan: str, version: int) -> dict[str, Any]:
    """The progress of a migration, as the API shows it."""
    path = {"plan": plan, "version": str(version)}
    return expect(call("plan_migrations/get", parameters=path), 200)
