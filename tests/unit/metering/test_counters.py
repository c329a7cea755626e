"""Usage counters: reports, windows that end, and resets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, window_at
from parity.metering.rules.counters import (
    UsageCounter,
    UsageWindow,
    next_version,
    reset_windows,
    with_windows,
)
from parity.metering.rules.usage_key import UsageKey
from parity.usage.rules.reports import Behaviour, Report, apply_usage

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = ("EVERY_MONTH", "EVERY_DAY", "NEVER")


def counter(*kinds: str, used: int = 0) -> UsageCounter:
    """With windows of these kinds, the first of which usage counts in."""
    windows = tuple(UsageWindow(kind=kind, period=window_at(kind, NOON)) for kind in kinds or ("EVERY_DAY",))
    fresh = UsageCounter(
        key=UsageKey("acme", "exports"), aggregation=Aggregation.CHANGE, windows=windows, at=NOON
    )
    return apply_usage(fresh, Behaviour.SET, used)


def used_by_window(of: UsageCounter) -> list[int]:
    return [int(window.used) for window in of.windows]


def test_a_report_changes_the_first_window_or_sets_it() -> None:
    after = apply_usage(counter(*KINDS, used=5), Behaviour.DELTA, -2)
    assert (used_by_window(after), after.total) == ([3, 0, 0], 3)
    assert used_by_window(apply_usage(after, Behaviour.SET, 7)) == [7, 0, 0]


def test_usage_that_does_not_add_up_counts_in_every_window() -> None:
    most = replace(counter(*KINDS), aggregation=Aggregation.MAX)
    assert most.counting_kinds == KINDS
    assert counter(*KINDS).counting_kinds == KINDS[:1]


def test_a_counter_is_current_until_it_turns() -> None:
    turning = replace(counter(), turns_on=NOON)
    assert (turning.is_current(NOON - HOUR), turning.is_current(NOON)) == (True, False)
    assert counter().is_current(NOON + 1000 * DAY)


def test_a_reset_starts_all_windows_anew() -> None:
    before = replace(counter(*KINDS, used=5), held=3)
    after = reset_windows(before, NOON)
    assert (used_by_window(after), after.total, after.held) == ([0, 0, 0], 5, 3)
    assert after.boundaries == (NOON, NOON, NOON)
    assert [window.period for window in after.windows] == [window.period for window in before.windows]


def test_a_reset_by_a_clock_that_is_behind_does_not_reach_further_back() -> None:
    once = reset_windows(counter(), NOON)
    assert reset_windows(once, NOON - HOUR).boundaries == (NOON,)
    assert reset_windows(once, NOON - 2 * DAY).windows[0].counting_period.start == NOON


def test_what_happened_before_a_reset_does_not_count() -> None:
    (window,) = reset_windows(counter(), NOON).windows
    assert NOON - timedelta(microseconds=1) not in window.counting_period
    assert NOON in window.counting_period


def test_other_windows_leave_the_total_as_it_is() -> None:
    before = counter(used=5)
    window = UsageWindow(kind="EVERY_HOUR", period=Period(NOON, NOON + HOUR), used=2)
    after = with_windows(before, (window,))
    assert (after.total, after.base, used_by_window(after)) == (5, 3, [2])
    assert with_windows(before, before.windows) is before


@pytest.mark.parametrize("ahead", [-HOUR, timedelta(), HOUR], ids=["behind", "now", "ahead"])
def test_the_next_version_never_goes_back_in_time(ahead: timedelta) -> None:
    changed = next_version(counter(), NOON + ahead)
    assert (changed.version, changed.at) == (1, max(NOON, NOON + ahead))


@pytest.mark.parametrize(("value", "reserved", "amount"), [(5, 0, 5), (0, 5, 5), (7, -5, 2)])
def test_a_report_takes_up_what_it_uses_and_what_it_reserves(value: int, reserved: int, amount: int) -> None:
    report = Report(
        customer_id="acme", feature="exports", behaviour=Behaviour.DELTA, value=value, reserved=reserved
    )
    assert report.amount == amount


STEPS = st.one_of(
    st.tuples(st.sampled_from(Behaviour), st.integers(-100, 100)),
    st.tuples(st.just("reset"), st.just(0)),
)


@given(st.lists(STEPS, max_size=12))
def test_the_difference_of_two_totals_is_what_was_used_between_them(steps: list[tuple[str, int]]) -> None:
    """Of one window: SET to n after u were used in it is n - u more."""
    state, total = counter(), 0
    for step, value in steps:
        if step == "reset":
            state = reset_windows(state, NOON)
        else:
            total += value - used_by_window(state)[0] if step == Behaviour.SET else value
            state = apply_usage(state, Behaviour(step), value)
        assert state.total == total
