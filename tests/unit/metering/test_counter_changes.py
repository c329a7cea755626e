"""Hours of reported usage, from the changes of a counter in whatever order they are delivered."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import MOMENT, Period, Reset, window_at
from parity.metering.rules.aggregation import Tally, result
from parity.metering.rules.buckets import (
    DAY,
    HOUR,
    HourBucket,
    hour_of,
    merge_slots,
    slot_of,
    slots_within,
    total_tally,
)
from parity.metering.rules.counter_changes import CounterChange, change_between, last_total, separate_changes
from parity.metering.rules.counters import (
    UsageCounter,
    UsageWindow,
    next_version,
    reset_windows,
    with_windows,
)
from parity.metering.rules.rollups import day_slots
from parity.metering.rules.usage_key import UsageKey
from parity.usage.rules.reports import Behaviour, apply_usage

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CHANGE = Aggregation.CHANGE


KINDS = st.sampled_from([Reset.NEVER.value, Reset.EVERY_HOUR.value, "EVERY_DAY@20260101T120733000001"])
STEPS = st.one_of(
    st.tuples(st.just("report"), st.integers(-5, 20)),
    st.tuples(st.just("set"), st.integers(0, 20)),
    st.tuples(st.just("reset"), st.none()),
    st.tuples(st.just("kind"), KINDS),
)


def make_window(kind: str, at: datetime) -> UsageWindow:
    return UsageWindow(kind=kind, period=window_at(kind, at))


def make_counter(kind: str) -> UsageCounter:
    """A new counter with one window."""
    window = make_window(kind, NOON)
    return UsageCounter(key=UsageKey("acme", "tokens"), aggregation=CHANGE, windows=(window,), at=NOON)


def enter_window(counter: UsageCounter, now: datetime) -> UsageCounter:
    """The counter in the window of now."""
    window = make_window(counter.kinds[0], now)
    return counter if window.period == counter.windows[0].period else with_windows(counter, (window,))


REPORTS_AND_RESETS = STEPS.filter(lambda step: step[0] != "kind")


@st.composite
def histories(draw: st.DrawFn, steps: st.SearchStrategy[tuple[str, Any]] = STEPS) -> list[CounterChange]:
    """Changes of a counter by reports and resets, ends of windows, and changes of plan."""
    counter = make_counter(draw(KINDS))
    now, changes, old = NOON, [], None
    for name, what in draw(st.lists(steps, min_size=1, max_size=12)):
        now += draw(st.sampled_from([MOMENT, MINUTE, 4 * MINUTE, 50 * MINUTE]))
        counter = enter_window(counter, now)
        if name in {"report", "set"}:
            counter = apply_usage(counter, Behaviour.SET if name == "set" else Behaviour.DELTA, what)
        elif name == "reset":
            counter = reset_windows(counter, now)
        else:
            counter = with_windows(counter, (make_window(what, now),))
        counter = next_version(counter, now)
        changes.append(CounterChange(old, counter))
        old = counter
    return changes


def record_changes(changes: list[CounterChange]) -> dict[datetime, dict[datetime, Tally]]:
    """The hours after the changes were delivered in this order."""
    hours: dict[datetime, dict[datetime, Tally]] = defaultdict(dict)
    for change in changes:
        if change.has_reported_usage:
            hour, slot = hour_of(change.new.at), slot_of(change.new.at, change.new.boundaries)
            hours[hour] = separate_changes(merge_slots(CHANGE, hours[hour], {slot: change.tally}))
    return hours


@given(histories(), st.data())
def test_changes_in_any_order_and_repeated_come_to_the_counters_total(
    changes: list[CounterChange], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(changes), max_size=8))
    delivered = data.draw(st.permutations([*changes, *again]))
    hours = record_changes(delivered)
    parts = [result(CHANGE, tally) for slots in hours.values() for tally in slots.values()]
    assert sum(parts) == changes[-1].new.total
    for hour, slots in hours.items():
        in_it = [change for change in changes if hour_of(change.new.at) == hour]
        first, last = in_it[0].old, in_it[-1].new
        assert sum(result(CHANGE, each) for each in slots.values()) == last.total - (
            first.total if first else 0
        )


@pytest.mark.parametrize("order", ["as they came", "backwards"])
def test_slots_that_a_reset_split_and_a_plan_joined_count_no_change_twice(order: str) -> None:
    """The windows of the new plan know nothing of the reset."""
    never, hourly = ((make_window(kind, NOON),) for kind in ("NEVER", "EVERY_HOUR"))
    states = [make_counter("NEVER")]
    for number, step in enumerate([5, reset_windows, 3, hourly, 2, never, 1], 1):
        moment, last = NOON + number * MINUTE, states[-1]
        if isinstance(step, int):
            new = apply_usage(last, Behaviour.DELTA, step)
        else:
            new = with_windows(last, step) if isinstance(step, tuple) else reset_windows(last, moment)
        states.append(next_version(new, moment))
    changes = [CounterChange(old, new) for old, new in pairwise(states)]
    slots = record_changes(changes[::-1] if order == "backwards" else changes)[NOON]
    assert {slot.minute: result(CHANGE, each) for slot, each in slots.items()} == {0: 5, 2: 6}


@given(histories(REPORTS_AND_RESETS))
def test_changes_in_their_order_come_to_what_the_window_used(changes: list[CounterChange]) -> None:
    hours = record_changes(changes)
    slots = day_slots(HourBucket(hour=hour, aggregation=CHANGE, slots=found) for hour, found in hours.items())
    (window,) = changes[-1].new.windows
    in_window = slots_within(slots, Period(window.counting_period.start, NOON + 100 * DAY))
    assert result(Aggregation.SUM, total_tally(Aggregation.SUM, in_window)) == window.used


def test_a_change_that_is_missing_between_two_hours_is_found() -> None:
    one = HourBucket(hour=NOON, aggregation=CHANGE, slots={NOON: (0, 0, 3, 30)})
    other = HourBucket(
        hour=NOON + HOUR, aggregation=CHANGE, slots={NOON + HOUR: (5, 50, 6, 60), NOON: (6, 60, 9, 55)}
    )
    assert (change_between(one, other), last_total(other)) == (20, 55)
