"""The stream function that counts events."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from parity.catalog.rules.features import archive_feature
from parity.catalog.store.features import feature_store
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.rules.counters import next_version, reset_windows
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service import counting
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    FEATURE,
    EventLog,
    aggregate_usage,
    make_event,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import inject_fault, no_fault
from tests.support.fakes.event_sources import Stream, deliver_records
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event


def count_hour(customer_id: str = "acme", feature: str = FEATURE) -> object:
    return aggregate_usage(NOON, NOON + HOUR, customer_id=customer_id, feature=feature)


def test_an_event_counts_in_its_hour_and_in_the_first_level(log: EventLog) -> None:
    """What the day has no room for is charged to the month when it is asked for."""
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY), make_windowed_source(Reset.EVERY_MONTH, number=2))
    assert deliver_records(log.accept(make_event("a", NOON), make_event("b", NOON - 2 * DAY))) == []
    assert used_by_kind() == {"EVERY_DAY": 1, "EVERY_MONTH": 0}
    assert count_hour() == 1
    assert aggregate_usage(NOON - 2 * DAY, NOON - 2 * DAY + HOUR) == 1


def test_usage_without_an_entitlement_is_counted(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    assert used_by_kind() == {"NEVER": 1}


def test_events_without_a_meter_are_not_counted(log: EventLog) -> None:
    deliver_records(log.accept(make_event("a", NOON)))
    assert used_by_kind() == {}


def test_one_batch_counts_for_many_customers_features_and_hours(
    log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight hours take three transactions of up to three hours."""
    monkeypatch.setattr(counting, "HOURS_AT_ONCE", 3)
    store_meter("COUNT", "calls")
    store_meter("SUM")
    customers = ("acme", "beta")
    events = [
        make_event(f"{each}-{n}", NOON - n * 5 * HOUR, 0.1, each) for n in range(8) for each in customers
    ]
    records = log.accept(*events)
    with inject_fault(parity_table.client, no_fault) as sent:
        assert deliver_records(records) == []
    assert sent.count("TransactWriteItems") == 2 * 2 * 3
    for customer_id in customers:
        assert used_by_kind(customer_id) == {"NEVER": Decimal("0.8")}
        assert used_by_kind(customer_id, "calls") == {"NEVER": 8}
        assert count_hour(customer_id, "calls") == 1


def test_as_many_hours_as_fit_into_a_transaction_are_written_at_once(
    log: EventLog, parity_table: Table
) -> None:
    """Each hour is of another day, which its transaction marks as open."""
    store_meter()
    records = log.accept(*(make_event(str(n), NOON - n * DAY) for n in range(counting.HOURS_AT_ONCE)))
    with inject_fault(parity_table.client, no_fault) as sent:
        assert deliver_records(records) == []
    assert sent.count("TransactWriteItems") == 1
    assert used_by_kind() == {"NEVER": counting.HOURS_AT_ONCE}


def test_a_batch_of_one_hour_takes_four_requests(log: EventLog, parity_table: Table) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    records = log.accept(*(make_event(str(n), NOON) for n in range(50)))
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert sent == ["Query", "GetItem", "BatchGetItem", "TransactWriteItems"]
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert sent == ["Query", "GetItem", "BatchGetItem"]
    assert used_by_kind() == {"NEVER": 51}


def test_the_meters_of_a_name_are_read_once_a_batch(log: EventLog, parity_table: Table) -> None:
    records = log.accept(*(make_event(str(n), NOON, customer_id=f"c-{n}") for n in range(20)))
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert sent == ["Query"]


def test_a_value_below_the_maximum_writes_nothing(log: EventLog, parity_table: Table) -> None:
    store_meter("MAX")
    deliver_records(log.accept(make_event("a", NOON, 9)))
    records = log.accept(make_event("b", NOON, 3))
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert "TransactWriteItems" not in sent
    assert used_by_kind() == {"NEVER": 9}


def test_an_event_in_the_future_counts_when_its_window_begins(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_HOUR))
    deliver_records(
        log.accept(make_event("a", NOON - MINUTE), make_event("b", NOON + 3 * MINUTE)), NOON - MINUTE
    )
    assert used_by_kind() == {"EVERY_HOUR": 1}
    deliver_records(log.accept(make_event("c", NOON + MINUTE)), NOON + MINUTE)
    assert used_by_kind() == {"EVERY_HOUR": 2}


def test_a_value_below_the_maximum_still_opens_the_new_window(log: EventLog) -> None:
    """A greater value of the same quarter hour was counted before the window began."""
    store_meter("MAX")
    store_snapshot(make_windowed_source(Reset.EVERY_HOUR))
    deliver_records(log.accept(make_event("a", NOON + 3 * MINUTE, 9)), NOON - MINUTE)
    assert used_by_kind() == {"EVERY_HOUR": 0}
    deliver_records(log.accept(make_event("b", NOON + MINUTE, 3)), NOON + MINUTE)
    assert used_by_kind() == {"EVERY_HOUR": 9}


def test_an_old_event_counts_in_its_hour_and_in_no_window(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    deliver_records(log.accept(make_event("a", NOON), make_event("b", NOON - 30 * DAY)))
    assert used_by_kind() == {"EVERY_DAY": 1}
    assert aggregate_usage(NOON - 30 * DAY, NOON - 29 * DAY) == 1


def test_a_window_that_starts_within_a_quarter_hour_splits_it(log: EventLog) -> None:
    store_meter()
    anchor = NOON + timedelta(minutes=7, seconds=33, microseconds=1)
    store_snapshot(make_windowed_source(Reset.EVERY_DAY, anchor - 5 * DAY))
    deliver_records(
        log.accept(make_event("a", anchor), make_event("b", anchor - timedelta(microseconds=1))), anchor
    )
    assert list(used_by_kind().values()) == [1]
    assert sorted(bucket_store().hours(UsageKey("acme", FEATURE), [NOON])[NOON].slots) == [NOON, anchor]


def test_an_event_from_before_a_manual_reset_does_not_count_after_it(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    counter = counter_store().get(UsageKey("acme", FEATURE))
    assert counter
    counter_store().save(next_version(reset_windows(counter, NOON + MINUTE), NOON + MINUTE))
    deliver_records(log.accept(make_event("b", NOON + 2 * MINUTE), make_event("c", NOON)), NOON + 2 * MINUTE)
    assert used_by_kind() == {"NEVER": 1}
    assert count_hour() == 3


def test_an_archived_feature_still_counts(log: EventLog) -> None:
    feature = store_meter()
    feature_store().replace(feature, archive_feature(feature, NOON))
    deliver_records(log.accept(make_event("a", NOON)))
    assert used_by_kind() == {"NEVER": 1}


def test_the_function_handles_the_records_of_the_stream(parity_table: Table) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    stream = Stream(parity_table)
    event_store().put(make_event("a", NOON))
    assert deliver_records(stream.records()) == []
    assert used_by_kind() == {"EVERY_DAY": 1}
    assert deliver_records(event for event in stream.records() if "ENTITLEMENTS#USED" in str(event)) == []


def test_the_function_handles_its_sample_event() -> None:
    answer = load_handler("usage/count").handler(load_sample_event("usage_count"), Context())
    assert answer == {"batchItemFailures": []}
