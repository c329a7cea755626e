"""Hours of usage and their slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import MOMENT, Period
from parity.metering.rules.aggregation import Tally
from parity.metering.rules.buckets import (
    DAY,
    HOUR,
    QUARTER,
    QUIET_TIME,
    SETTLE_TIME,
    HourBucket,
    close_bucket,
    day_of,
    group_slots,
    hour_of,
    month_of,
    next_month,
    quarter_of,
    slot_of,
    slots_within,
    total_tally,
    update_bucket,
)
from tests.support.builders.strategies import MOMENTS

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(MOMENTS, st.lists(st.timedeltas(-HOUR, HOUR), max_size=4))
def test_a_slot_starts_by_the_moment_and_holds_no_window_start_after_its_own(
    moment: datetime, offsets: list[timedelta]
) -> None:
    starts = [moment + offset for offset in offsets]
    slot = slot_of(moment, starts)
    assert quarter_of(moment) <= slot <= moment
    assert not [start for start in starts if slot < start <= moment]
    assert slot == quarter_of(moment) or slot in starts


@given(MOMENTS)
def test_a_moment_lies_in_its_quarter_hour_hour_day_and_month(moment: datetime) -> None:
    for start, end in (
        (quarter_of(moment), quarter_of(moment) + QUARTER),
        (hour_of(moment), hour_of(moment) + HOUR),
        (day_of(moment), day_of(moment) + DAY),
        (month_of(moment), next_month(moment)),
    ):
        assert start <= moment < end
    assert next_month(moment).day == 1


def test_slots_are_grouped_into_larger_ones_and_found_within_a_period() -> None:
    slots: dict[datetime, Tally] = {NOON: 1, NOON + QUARTER: 2, NOON + HOUR: 4}
    assert group_slots(Aggregation.SUM, slots, hour_of) == {NOON: 3, NOON + HOUR: 4}
    assert slots_within(slots, Period(NOON + MOMENT, NOON + HOUR)) == {NOON + QUARTER: 2}
    assert total_tally(Aggregation.SUM, slots) == 7
    assert total_tally(Aggregation.SUM, {}) is None


def test_an_hour_is_due_after_its_end_and_after_its_first_change() -> None:
    bucket = HourBucket(hour=NOON, aggregation=Aggregation.COUNT)
    first = update_bucket(bucket, NOON)
    assert (first.due, first.version) == (NOON + HOUR + SETTLE_TIME, 1)
    assert update_bucket(first, NOON + 3 * HOUR).due == first.due
    assert update_bucket(close_bucket(first), NOON + 3 * HOUR).due == NOON + 3 * HOUR + QUIET_TIME
    assert update_bucket(bucket, NOON, due=NOON + MINUTE).due == NOON + MINUTE
    assert close_bucket(first) == replace(first, due=None, version=2)


def test_an_hour_has_its_events_until_the_first_is_deleted() -> None:
    bucket = HourBucket(hour=NOON, aggregation=Aggregation.COUNT, events_until=NOON + 45 * DAY)
    assert bucket.events_kept_until(3 * DAY) == NOON + 3 * DAY
    assert bucket.events_kept_until(90 * DAY) == NOON + 45 * DAY
    assert bucket.has_events(NOON + 44 * DAY)
    assert not bucket.has_events(NOON + 45 * DAY - MINUTE)
