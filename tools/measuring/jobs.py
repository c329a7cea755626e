"""How many items a second each job does, by process and by stack, and how long 1,000,000 take.

A process is measured: one turn, or the chunks of a migration, on an engine of its own, by the CPU time of the
process that does it. Lambda gives a function of 1,769 MB one processor, and others in proportion, so that is
the least time that an item takes there. Eight threads wait for the table meanwhile. A stack is computed: as
many processes as the template allows, but at most what a table, or a partition of it, takes in write units.
On a processor that is twice as fast, a process does twice as much.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import pytest

from local.stack.event_sources import read_queue_mappings
from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.transform import read_transformed
from parity.catalog.api.stores import catalog_stores
from parity.catalog.rules.migrations import MigrationScope, MigrationSegment
from parity.catalog.service.plans import PlanToChange, edit_plan, publish_plan
from parity.catalog.store.migrations import migration_store
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.metering.rules.buckets import HOUR, hour_of
from parity.subscriptions.service.migration import resume_running
from parity.subscriptions.store.migration_queue import MigrationQueue, to_request
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, sell_plan, store_metered_feature
from tests.support.builders.customers import store_customer
from tests.support.builders.reports import report_usage
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.functions import Context, call, load_handler, set_clock
from tests.support.fakes.jobs import make_event_of_shard
from tools.measuring.units import ROOT, Meter, empty_table
from tools.measuring.usage import METER, create_counted_feature
from tools.measuring.usage_events import count_records, send_events, to_stream_records

ITEMS = 400
CUSTOMERS = [f"customer-{number:03}" for number in range(ITEMS)]
MILLION = 1_000_000
FUNCTIONS = ROOT / "functions"
PROCESSOR_MEGABYTES = 1769
TABLE_WRITE_UNITS = 40_000
"""What a table takes each second, unless AWS raises it (docs/operations.md, "Limits of the account")."""

PARTITION_WRITE_UNITS = 1_000
"""What a partition takes each second. Of one that is moved, the index `subscribers` takes a unit."""

LIST_WRITE_UNITS = PARTITION_WRITE_UNITS * keys.LISTING_PARTITIONS
"""What a list takes each second. Of one that is renewed, the list of subscriptions takes a unit."""


@dataclass(frozen=True)
class Job:
    """`prepare` makes an item of one shard for each customer, which is due after `wait`.

    `done` is their number in the answer of a turn. At `most` so many a second are done, whatever does them.
    """

    operation: str
    done: str
    noun: str
    wait: timedelta
    prepare: Callable[[Sequence[str]], None]
    most: float = TABLE_WRITE_UNITS


def measure() -> None:
    os.environ |= {
        "ORGANISATION_ID": "measure",
        "EVENT_BUS_NAME": "default",
        "RAW_EVENT_RETENTION_DAYS": "45",
        "MIGRATIONS_QUEUE_URL": "https://queue.invalid/migrations.fifo",
    }
    sell(CUSTOMERS)
    meter = Meter(table().client)
    for job in JOBS:
        with in_one_shard():
            job.prepare(CUSTOMERS)
        _measure_turn(meter, job)
    _measure_migration(meter)


@dataclass(frozen=True)
class Capacity:
    """How many processes of a function run at once, and what part of a processor each has."""

    processes: int
    processors: float

    @classmethod
    def of(cls, operation: str) -> Self:
        transformed = read_transformed(ROOT / "template.yaml", {})
        document, file = transformed.document, transformed.file
        resolver = Resolver(document, read_parameters(document, {}, file), file)
        (name,) = (each for each, folder in transformed.folders.items() if folder == FUNCTIONS / operation)
        mappings = {each.function: each for each in read_queue_mappings(resolver)}
        mapping = mappings[resolver.name(name)]
        memory = resolver.resources("AWS::Lambda::Function")[name]["MemorySize"]
        return cls(mapping.maximum_concurrency or 0, min(1, memory / PROCESSOR_MEGABYTES))


@contextmanager
def in_one_shard() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "due_shard", lambda _: 0)
        yield


def _measure_turn(meter: Meter, job: Job) -> None:
    handler = load_handler(job.operation).handler
    with pytest.MonkeyPatch.context() as patch, in_one_shard():
        set_clock(patch, job.operation, now() + job.wait)
        _take_turn(handler, shard=1)  # what a process does once
        started = time.process_time()
        turn = meter.measure(f"{ITEMS} {job.noun}", lambda: _take_turn(handler))
        seconds = time.process_time() - started
    if turn[job.done] < ITEMS or turn["failed"]:
        raise SystemExit(f"{job.operation} did {turn}")
    _print_rates(job.noun, ITEMS / seconds, meter, Capacity.of(job.operation), job.most)


def _measure_migration(meter: Meter) -> None:
    """Of the subscriptions that `_make_subscriptions` has made."""
    migrate = load_handler("plan_migrations/migrate").handler
    waiting: list[MigrationSegment] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MigrationQueue, "send", lambda _, segments: waiting.extend(segments))
        _publish_with_migration("pro")
        resume_running(migration_store(), waiting.extend)

        def move_all() -> None:
            while waiting:
                body = json.dumps(asdict(to_request(waiting.pop())))
                migrate({"Records": [{"body": body}]}, Context())

        started = time.process_time()
        meter.measure(f"{ITEMS} migrated subscriptions", move_all)
        seconds = time.process_time() - started
    moved = migration_store().get("pro", 2)
    if (moved.done, moved.failed) != (ITEMS, 0):
        raise SystemExit(f"the migration did {moved}")
    capacity = Capacity.of("plan_migrations/migrate")
    _print_rates("migrated subscriptions", ITEMS / seconds, meter, capacity, most=PARTITION_WRITE_UNITS)


def _publish_with_migration(plan: str) -> None:
    target = PlanToChange(plan, now())
    edit_plan(plan_store(), target, lambda _: {"description": "next"})
    publish_plan(catalog_stores(), target, MigrationScope(features=True))


def _take_turn(handler: Callable[..., dict[str, Any]], shard: int = 0) -> dict[str, Any]:
    with redirect_stdout(io.StringIO()):
        return handler(make_event_of_shard(shard), Context(remaining_milliseconds=60_000))


def _print_rates(
    noun: str, of_processor: float, meter: Meter, capacity: Capacity, most: float = TABLE_WRITE_UNITS
) -> None:
    written, requests = meter.written / ITEMS, meter.requests / ITEMS
    of_process = of_processor * capacity.processors
    of_stack = min(capacity.processes * of_process, TABLE_WRITE_UNITS / written, most)
    minutes = MILLION / of_stack / 60
    sys.stdout.write(
        f"    {noun}: of each {written:.1f} write units, {requests:.2f} requests; "
        f"a process {of_process:,.0f} a second, {capacity.processes} processes {of_stack:,.0f}; "
        f"1,000,000 in {minutes:.0f} minutes\n"
    )


def sell(customers: Iterable[str]) -> None:
    """Creates the customers, and the plan `pro`."""
    store_metered_feature("exports")
    create_counted_feature("tokens", METER)
    sell_plan("pro", gives=(make_entitlement("exports", 10**9), make_entitlement("tokens", 10**9)))
    for name in customers:
        store_customer(name, customer_id=name)


def _make_subscriptions(customers: Iterable[str]) -> None:
    for name in customers:
        subscribe_at(now(), customer_id=name)


def _make_hours(customers: Iterable[str]) -> None:
    """An event each, in the hour before this one, which is closed by then."""
    moment: datetime = hour_of(now()) - HOUR
    count_records(to_stream_records(send_events(customers, moment)))


def _make_reservations(customers: Iterable[str]) -> None:
    for name in customers:
        report_usage(1, customerId=name)
        body = {"featureId": "exports", "value": 1, "expiresInSeconds": 60}
        expect(call("reservations/create", parameters={"customerId": name}, body=body), 201)


JOBS = (
    Job(
        "subscriptions/advance",
        "advanced",
        "renewals",
        timedelta(days=40),
        _make_subscriptions,
        LIST_WRITE_UNITS,
    ),
    Job("reservations/expire", "released", "expired reservations", HOUR, _make_reservations),
    Job("usage/aggregate", "closed", "hours of an event each", HOUR, _make_hours),
)


if __name__ == "__main__":
    with empty_table():
        measure()
