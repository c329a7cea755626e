"""Usage by time from counters that change, and windows that a plan's change opens."""

from __future__ import annotations

from dataclasses import replace
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
from parity.metering.rules.windows import new_counter, settle_counter
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
        counter = old or new_counter(KEY, Aggregation.CHANGE, moment)
        if not counter.is_current(moment):
            counter = settle_counter(counter, snapshot, moment)
        moved = next_version(apply_usage(counter, Behaviour.DELTA, amount), moment)
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


def test_a_level_that_begins_later_counts_reports_from_then_on() -> None:
    """Of 100 and 15 reported in the month, the day has those after its beginning. The total stays."""
    store_reported_feature()
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH), feature=REPORTED)
    deliver_records(make_report_records(100, at=NOON - 2 * DAY), NOON)
    make_report_records(15, at=NOON)
    counter = load_counter_of()
    store_snapshot(
        replace(make_windowed_source(Reset.EVERY_DAY, number=2), valid_from=NOON + MINUTE),
        make_windowed_source(Reset.EVERY_MONTH),
        feature=REPORTED,
        at=NOON + MINUTE,
    )
    make_report_records(7, at=NOON + 2 * MINUTE)
    assert used_by_kind(feature=REPORTED) == {"EVERY_DAY": 7, "EVERY_MONTH": 115}
    changed = load_counter_of()
    assert (changed.total, changed.held) == (counter.total + 7, counter.held)


@pytest.mark.parametrize(("function", "used"), [("SUM", 6), ("UNIQUE", 1)])
def test_a_level_that_begins_later_counts_events_from_then_on(
    function: str, used: int, log: EventLog
) -> None:
    store_meter(function)
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH))
    deliver_records(log.accept(make_event("a", NOON, 5), make_event("b", NOON - 2 * DAY, 7)))
    day = replace(make_windowed_source(Reset.EVERY_DAY), valid_from=NOON + MINUTE)
    store_snapshot(day, at=NOON + MINUTE)
    deliver_records(log.accept(make_event("c", NOON + 2 * MINUTE, 6)), NOON + 2 * MINUTE)
    assert used_by_kind() == {"EVERY_DAY": used}
    assert function == "SUM" or load_counter_of(FEATURE).windows[0].tally is None
