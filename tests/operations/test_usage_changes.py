"""Usage by time from counters that change, and windows that a plan's change opens."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from uuid import uuid4

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, new_feature
from parity.catalog.store.features import feature_store
from parity.core.periods import Period, Reset
from parity.dynamodb.table import Table
from parity.entitlements.store.checks import check_store
from parity.metering.rules.counters import UsageCounter, next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import fresh_counter, with_current_windows
from parity.metering.service.windows import update_windows
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.usage.rules.reports import Behaviour, apply_usage
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import FEATURE, EventLog, aggregate_usage, make_event, used_by_kind
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, remove_pauses
from tests.support.fakes.event_sources import (
    Record,
    close_due_hours,
    deliver_records,
    make_counter_record,
)

REPORTED = "exports"
KEY = UsageKey("acme", REPORTED)


def load_counter_of(feature: str = REPORTED) -> UsageCounter:
    counter = counter_store().get(UsageKey("acme", feature))
    assert counter
    return counter


def make_report_records(*amounts: int, at: datetime = NOON) -> list[Record]:
    """The stream's records of a counter to which these amounts are reported, one a minute."""
    store, records = counter_store(), []
    for number, amount in enumerate(amounts):
        old, moment = store.get(KEY), at + number * MINUTE
        snapshot = check_store().read_for_check("acme", consistent=True).snapshot
        counter = old or fresh_counter(KEY, Aggregation.CHANGE, snapshot, moment)
        moved = next_version(
            apply_usage(with_current_windows(counter, snapshot, moment), Behaviour.DELTA, amount), moment
        )
        store.save(moved)
        records.append(make_counter_record(moved, old, number=moved.version))
    return records


def aggregate_reports(start: datetime, end: datetime) -> object:
    return aggregate_usage(start, end, Aggregation.CHANGE, feature=REPORTED)


def store_reported_feature() -> None:
    draft = FeatureDraft(name=REPORTED, feature_type=FeatureType.METER)
    feature_store().create(new_feature(draft, id=str(uuid4()), identifier=REPORTED, now=NOON))


def test_reports_redelivered_in_any_order_count_once() -> None:
    store_reported_feature()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY, NOON + 7 * MINUTE - 5 * DAY), feature=REPORTED)
    records = (
        make_report_records(5, 7, -2, at=NOON)
        + make_report_records(11, 13, at=NOON + 6 * MINUTE)
        + make_report_records(1, at=NOON + 2 * HOUR)
    )
    for part in (records[3:], records[:2], records[1:4], records[::-1], records[2:3]):
        for each in part:
            assert deliver_records([each], NOON + 2 * HOUR) == []
    assert aggregate_reports(NOON, NOON + 3 * HOUR) == 35
    assert aggregate_reports(NOON, NOON + HOUR) == 34
    assert aggregate_reports(NOON + 7 * MINUTE, NOON + HOUR) == 13
    assert used_by_kind(feature=REPORTED) == {f"EVERY_DAY@{NOON + 7 * MINUTE - 5 * DAY:%Y%m%dT%H%M%S%f}": 14}


def test_a_process_that_ends_after_any_request_loses_nothing(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_pauses(monkeypatch)
    store_reported_feature()
    store_snapshot(make_windowed_source(Reset.EVERY_HOUR), feature=REPORTED)
    records = make_report_records(5, 7, at=NOON) + make_report_records(11, at=NOON + HOUR)
    ended = 0
    for last in count(1):
        with inject_fault(parity_table.client, end_process_after(last)) as sent:
            try:
                deliver_records(records, NOON + HOUR)
            except ProcessEnded:
                ended += 1
        if len(sent) < last:
            break
    assert ended >= 5
    assert (aggregate_reports(NOON, NOON + HOUR), aggregate_reports(NOON, NOON + DAY)) == (12, 23)


def test_reported_hours_are_closed_and_rolled_up_and_missing_usage_is_reported() -> None:
    store_reported_feature()
    first, lost, last = (
        make_report_records(5, at=NOON),
        make_report_records(7, at=NOON + HOUR),
        make_report_records(1, at=NOON + 2 * HOUR),
    )
    deliver_records(first + last, NOON + 2 * HOUR)
    assert close_due_hours(NOON + 4 * HOUR) == (2, 1, 0)
    deliver_records(lost, NOON + 4 * HOUR)
    assert close_due_hours(NOON + DAY) == (1, 0, 0)
    start = NOON.replace(hour=0)
    rollups = bucket_store().days_within(KEY, Period(start, start + DAY))
    assert list(rollups[start].slots.values()) == [5, 7, 1]
    assert aggregate_reports(start, start + DAY) == 13


@pytest.mark.parametrize("told", [0, 2, 4], ids=["nothing told", "half told", "all told"])
def test_a_new_window_of_reports_contains_earlier_usage(told: int) -> None:
    """It contains reports that the stream has not delivered to the hours yet."""
    store_reported_feature()
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH), feature=REPORTED)
    deliver_records(make_report_records(100, at=NOON - 2 * DAY), NOON)
    deliver_records(make_report_records(1, 2, 4, 8, at=NOON)[:told], NOON)
    counter = load_counter_of()
    snapshot = store_snapshot(
        make_windowed_source(Reset.EVERY_DAY),
        make_windowed_source(Reset.EVERY_MONTH, number=2),
        feature=REPORTED,
    )
    update_windows(counter_store(), bucket_store(), counter, snapshot, NOON + 5 * MINUTE)
    assert used_by_kind(feature=REPORTED) == {"EVERY_DAY": 15, "EVERY_MONTH": 115}
    changed = load_counter_of()
    assert (changed.total, changed.held) == (counter.total, counter.held)


def test_a_window_that_begins_after_the_last_report_holds_nothing() -> None:
    """A late stream does not change that."""
    store_reported_feature()
    make_report_records(5, at=NOON)
    counter = load_counter_of()
    snapshot = store_snapshot(make_windowed_source(Reset.EVERY_MONTH, NOON + MINUTE), feature=REPORTED)
    update_windows(counter_store(), bucket_store(), counter, snapshot, NOON + 2 * MINUTE)
    assert list(used_by_kind(feature=REPORTED).values()) == [0]


@pytest.mark.parametrize("function", ["SUM", "UNIQUE"])
def test_a_new_window_of_events_contains_earlier_usage(function: str, log: EventLog) -> None:
    store_meter(function)
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH))
    deliver_records(log.accept(make_event("a", NOON, 5), make_event("b", NOON - 2 * DAY, 7)))
    snapshot = store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    update_windows(counter_store(), bucket_store(), load_counter_of(FEATURE), snapshot, NOON + MINUTE)
    assert used_by_kind() == {"EVERY_DAY": {"SUM": 5, "UNIQUE": 1}[function]}
    assert function == "SUM" or load_counter_of(FEATURE).windows[0].tally is None
    deliver_records(log.accept(make_event("c", NOON, 6)), NOON + MINUTE)
    assert used_by_kind() == {"EVERY_DAY": {"SUM": 11, "UNIQUE": 2}[function]}
