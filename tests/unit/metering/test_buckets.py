"""Usage by time: slots, what is too much for them, and what reports make of a counter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, Reset, window_at
from parity.metering.rules import unique_values as different_values
from parity.metering.rules.aggregation import Tally, result
from parity.metering.rules.buckets import (
    DAY,
    HOUR,
    MOMENT,
    QUARTER,
    QUIET_TIME,
    SETTLE_TIME,
    HourBucket,
    close_bucket,
    day_of,
    group_slots,
    hour_of,
    merge_slots,
    month_of,
    next_month,
    quarter_of,
    slot_of,
    slots_within,
    total_tally,
    update_bucket,
)
from parity.metering.rules.counter_changes import CounterChange, change_between, last_total, separate_changes
from parity.metering.rules.counters import (
    UsageWindow,
    advance_windows,
    new_counter,
    next_version,
    reset_windows,
    with_windows,
)
from parity.metering.rules.rollups import day_slots, join_days
from parity.metering.rules.unique_values import is_full, limit_values
from parity.metering.rules.usage_key import UsageKey
from parity.usage.rules.reports import Behaviour, reported
from tests.support.builders.strategies import MOMENTS

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CHANGE = Aggregation.CHANGE


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


def test_slots_are_summed_by_larger_ones_and_within_a_period() -> None:
    slots: dict[datetime, Tally] = {NOON: 1, NOON + QUARTER: 2, NOON + HOUR: 4}
    assert group_slots(Aggregation.SUM, slots, hour_of) == {NOON: 3, NOON + HOUR: 4}
    assert slots_within(slots, Period(NOON + MOMENT, NOON + HOUR)) == {NOON + QUARTER: 2}
    assert total_tally(Aggregation.SUM, slots) == 7
    assert total_tally(Aggregation.SUM, {}) is None


def test_days_that_follow_each_other_are_one_run() -> None:
    days = [NOON.replace(hour=0) + number * DAY for number in (5, 0, 1, 6, 3)]
    assert [(run.start.day, run.end.day) for run in join_days(days) if run.end] == [
        (15, 17),
        (18, 19),
        (20, 22),
    ]


def test_an_hour_is_due_when_it_has_settled_and_when_it_has_come_to_rest() -> None:
    bucket = HourBucket(hour=NOON, aggregation=Aggregation.COUNT)
    first = update_bucket(bucket, NOON)
    assert (first.due, first.version) == (NOON + HOUR + SETTLE_TIME, 1)
    assert update_bucket(first, NOON + 3 * HOUR).due == first.due
    assert update_bucket(close_bucket(first), NOON + 3 * HOUR).due == NOON + 3 * HOUR + QUIET_TIME
    assert update_bucket(bucket, NOON, due=NOON + MINUTE).due == NOON + MINUTE
    assert close_bucket(first) == replace(first, due=None, version=2)


def test_events_are_kept_until_the_first_of_them_may_go() -> None:
    bucket = HourBucket(hour=NOON, aggregation=Aggregation.COUNT, events_until=NOON + 45 * DAY)
    assert bucket.events_kept_until(3 * DAY) == NOON + 3 * DAY
    assert bucket.events_kept_until(90 * DAY) == NOON + 45 * DAY
    assert bucket.has_events(NOON + 44 * DAY)
    assert not bucket.has_events(NOON + 45 * DAY - MINUTE)


@given(st.lists(st.frozensets(st.text("abc", min_size=1, max_size=2)), min_size=1, max_size=4))
def test_too_many_values_are_left_out_the_same_way_in_whatever_order_they_come(
    parts: list[frozenset[str]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(different_values, "MAX_VALUES", 3)
        at_once: dict[datetime, Tally] = {NOON: frozenset().union(*parts)}
        one_by_one: dict[datetime, Tally] = {}
        for part in parts:
            one_by_one = limit_values(merge_slots(Aggregation.UNIQUE, one_by_one, {NOON: part}))
        values = len(frozenset().union(*parts))
        assert result(Aggregation.UNIQUE, one_by_one.get(NOON)) == min(3, values)
        assert {k: v for k, v in one_by_one.items() if v} == {
            k: v for k, v in limit_values(at_once).items() if v
        }
        assert is_full(one_by_one) == (values >= 3)


def test_numbers_are_never_too_many() -> None:
    slots: dict[datetime, Tally] = {NOON: 10**9}
    assert (limit_values(slots), is_full(slots)) == (slots, False)


KINDS = st.sampled_from([Reset.NEVER.value, Reset.EVERY_HOUR.value, "EVERY_DAY@20260101T120733000001"])
DEEDS = st.one_of(
    st.tuples(st.just("report"), st.integers(-5, 20)),
    st.tuples(st.just("set"), st.integers(0, 20)),
    st.tuples(st.just("reset"), st.none()),
    st.tuples(st.just("kind"), KINDS),
)


REPORTS_AND_RESETS = DEEDS.filter(lambda deed: deed[0] != "kind")


@st.composite
def histories(draw: st.DrawFn, deeds: st.SearchStrategy[tuple[str, Any]] = DEEDS) -> list[CounterChange]:
    """A counter that is reported, set and reset by hand, whose windows turn, and whose plan changes."""
    counter = new_counter(UsageKey("acme", "tokens"), CHANGE, [draw(KINDS)], NOON)
    now, changes, old = NOON, [], None
    for name, what in draw(st.lists(deeds, min_size=1, max_size=12)):
        now += draw(st.sampled_from([MOMENT, MINUTE, 4 * MINUTE, 50 * MINUTE]))
        counter = advance_windows(counter, now, lambda _: 0)
        if name in {"report", "set"}:
            counter = reported(counter, Behaviour.SET if name == "set" else Behaviour.DELTA, what)
        elif name == "reset":
            counter = reset_windows(counter, now)
        else:
            counter = with_windows(counter, (UsageWindow(kind=what, period=window_at(what, now)),))
        counter = next_version(counter, now)
        changes.append(CounterChange(old, counter))
        old = counter
    return changes


def recorded(changes: list[CounterChange]) -> dict[datetime, dict[datetime, Tally]]:
    """The hours that come of the changes, told in this order."""
    hours: dict[datetime, dict[datetime, Tally]] = defaultdict(dict)
    for change in changes:
        if change.has_reported_usage:
            hour, slot = hour_of(change.new.at), slot_of(change.new.at, change.new.boundaries)
            hours[hour] = separate_changes(merge_slots(CHANGE, hours[hour], {slot: change.tally}))
    return hours


@given(histories(), st.data())
def test_changes_in_any_order_some_of_them_again_come_to_the_counters_total(
    changes: list[CounterChange], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(changes), max_size=8))
    told = data.draw(st.permutations([*changes, *again]))
    hours = recorded(told)
    parts = [result(CHANGE, tally) for slots in hours.values() for tally in slots.values()]
    assert sum(parts) == changes[-1].new.total
    for hour, slots in hours.items():
        in_it = [change for change in changes if hour_of(change.new.at) == hour]
        first, last = in_it[0].old, in_it[-1].new
        assert sum(result(CHANGE, each) for each in slots.values()) == last.total - (
            first.total if first else 0
        )


@pytest.mark.parametrize("order", ["as they came", "backwards"])
def test_a_slot_that_a_reset_split_and_a_plan_joined_again_holds_nothing_twice(order: str) -> None:
    """The windows of the new plan know nothing of the reset."""
    never, hourly = ((UsageWindow(kind=k, period=window_at(k, NOON)),) for k in ("NEVER", "EVERY_HOUR"))
    states = [new_counter(UsageKey("acme", "tokens"), CHANGE, ["NEVER"], NOON)]
    for number, step in enumerate([5, reset_windows, 3, hourly, 2, never, 1], 1):
        moment, last = NOON + number * MINUTE, states[-1]
        if isinstance(step, int):
            new = reported(last, Behaviour.DELTA, step)
        else:
            new = with_windows(last, step) if isinstance(step, tuple) else reset_windows(last, moment)
        states.append(next_version(new, moment))
    changes = [CounterChange(old, new) for old, new in pairwise(states)]
    slots = recorded(changes[::-1] if order == "backwards" else changes)[NOON]
    assert {slot.minute: result(CHANGE, each) for slot, each in slots.items()} == {0: 5, 2: 6}


@given(histories(REPORTS_AND_RESETS))
def test_changes_in_their_order_come_to_what_the_window_used(changes: list[CounterChange]) -> None:
    hours = recorded(changes)
    slots = day_slots(HourBucket(hour=hour, aggregation=CHANGE, slots=found) for hour, found in hours.items())
    (window,) = changes[-1].new.windows
    in_window = slots_within(slots, Period(window.counting_period.start, NOON + 100 * DAY))
    assert result(Aggregation.SUM, total_tally(Aggregation.SUM, in_window)) == window.used


def test_what_lies_between_two_hours_of_reports_shows() -> None:
    one = HourBucket(hour=NOON, aggregation=CHANGE, slots={NOON: (0, 0, 3, 30)})
    other = HourBucket(
        hour=NOON + HOUR, aggregation=CHANGE, slots={NOON + HOUR: (5, 50, 6, 60), NOON: (6, 60, 9, 55)}
    )
    assert (change_between(one, other), last_total(other)) == (20, 55)
