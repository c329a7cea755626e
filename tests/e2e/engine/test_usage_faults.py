"""Counting and closing at once, in processes that end at any moment, on the real engine: exact in the end."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import cast

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.store.features import feature_store
from parity.catalog.store.meters import meter_store
from parity.core.errors import BusyError, VersionConflictError
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.api.jobs import closing_work
from parity.metering.api.stores import counting_stores
from parity.metering.rules.events import UsageEvent
from parity.usage.service.alerts import AlertStores
from parity.usage.service.stream import StreamStores, UsageRecords, process_records
from parity.usage.store.ended_windows import ended_window_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    EventLog,
    aggregate_by_hand,
    aggregate_usage,
    make_event,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import ProcessEnded, end_some_processes, inject_fault, remove_pauses
from tests.support.fakes.jobs import do_all_due

pytestmark = pytest.mark.slow

SHARDS = 4
ATTEMPTS = 200
BATCHES = 6
BATCH_SIZE = 12
ENDED_SHARE = 0.04
NOW = NOON + 2 * MINUTE
LATER = NOON + 3 * HOUR
"""When all hours are due: they are closed while they are counted."""

FEATURES = {"sums": "SUM", "values": "UNIQUE"}


@pytest.fixture(autouse=True)
def sold_meters(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    remove_pauses(monkeypatch)
    for feature, function in FEATURES.items():
        store_meter(function, feature)


def make_stream_stores() -> StreamStores:
    """No alerts: usage that is reported changes no counter here."""
    return StreamStores(
        meter_store().of_event, counting_stores(), ended_window_store(), cast("AlertStores", None)
    )


def make_events(shard: int) -> list[UsageEvent]:
    """Events of one hour, which no other shard has."""
    fair = random.Random(shard)
    hour = NOON - shard * HOUR
    return [
        make_event(f"{shard}-{number}", hour + fair.uniform(0, 2) * MINUTE, fair.randrange(50))
        for number in range(BATCHES * BATCH_SIZE)
    ]


def deliver_all(shard: int, events: list[UsageEvent]) -> int:
    """Deliver each batch until it is counted, and some of them again; return how many deliveries failed."""
    fair, log, failures = random.Random(-shard), EventLog(), 0
    for start in range(0, len(events), BATCH_SIZE):
        batch = events[start : start + BATCH_SIZE]
        while len(log.records) < start + BATCH_SIZE:
            try:
                log.accept(batch[len(log.records) - start])
            except ProcessEnded:
                failures += 1
        again = fair.randrange(0, start + 1)
        numbered = [(event, number) for number, event in enumerate(events, 1)]
        for part in (numbered[start : start + BATCH_SIZE], numbered[again : start + BATCH_SIZE]):
            failures += deliver_until_counted(part)
    return failures


def deliver_until_counted(part: list[tuple[UsageEvent, int]]) -> int:
    """Return how many deliveries failed before one was counted."""
    return next(failures for failures in range(ATTEMPTS) if is_counted(part))


def is_counted(part: list[tuple[UsageEvent, int]]) -> bool:
    counted = True
    try:
        process_records(make_stream_stores(), "acme", UsageRecords(events=part), NOW)
    except* (BusyError, VersionConflictError, ProcessEnded):
        counted = False
    return counted


def close_until(done: Event) -> int:
    """Close due hours again and again, in runs that may end in the middle; return their number."""
    runs = 0
    while not done.is_set():
        runs += 1
        with suppress(ProcessEnded):
            do_all_due(closing_work(counting_stores(), feature_store()), LATER)
    return runs


def test_counting_and_closing_at_once_give_exact_totals(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    for feature in FEATURES:
        store_snapshot(
            make_windowed_source(Reset.EVERY_DAY),
            make_windowed_source(Reset.EVERY_MONTH, number=2),
            feature=feature,
        )
    shards = [make_events(shard) for shard in range(SHARDS)]
    closing = Event()
    with (
        inject_fault(table.client, end_some_processes(ENDED_SHARE)),
        ThreadPoolExecutor(SHARDS + 1) as threads,
    ):
        closer = threads.submit(close_until, closing)
        failures = list(threads.map(deliver_all, range(SHARDS), shards))
        closing.set()
        runs = closer.result()
    assert runs
    assert all(failures)
    do_all_due(closing_work(counting_stores(), feature_store()), LATER)
    done = do_all_due(closing_work(counting_stores(), feature_store()), LATER + 2 * DAY)
    assert (done.done["drifted"], done.failed) == (0, 0)
    events = [event for shard in shards for event in shard]
    for feature, function in FEATURES.items():
        expected = aggregate_by_hand(function, events)
        assert set(used_by_kind(feature=feature).values()) == {expected}
        for shard, mine in enumerate(shards):
            start = NOON - shard * HOUR
            found = aggregate_usage(start, start + HOUR, Aggregation(function), feature=feature)
            assert found == aggregate_by_hand(function, mine)
