"""Usage counters: reports, windows that end, and resets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import EVER, Period, window_at
from parity.metering.rules.counters import (
    UsageCounter,
    UsageWindow,
    advance_windows,
    new_counter,
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
    fresh = new_counter(UsageKey("acme", "exports"), Aggregation.CHANGE, kinds or ("EVERY_DAY",), NOON)
    return apply_usage(fresh, Behaviour.SET, used)


def used_by_window(of: UsageCounter) -> list[int]:
    return [int(window.used) for window in of.windows]


def no_rollover(_: UsageWindow) -> int:
    return 0


def test_a_new_counter_has_the_windows_of_its_moment_by_name() -> None:
    fresh = counter(*KINDS)
    assert fresh.kinds == ("EVERY_DAY", "EVERY_MONTH", "NEVER")
    assert [window.period for window in fresh.windows] == [window_at(kind, NOON) for kind in fresh.kinds]
    assert (used_by_window(fresh), fresh.total, fresh.version, fresh.at) == ([0, 0, 0], 0, 0, NOON)


def test_a_report_changes_all_windows_or_sets_them() -> None:
    after = apply_usage(counter(*KINDS, used=5), Behaviour.DELTA, -2)
    assert (used_by_window(after), after.total) == ([3, 3, 3], 3)
    assert used_by_window(apply_usage(after, Behaviour.SET, 7)) == [7, 7, 7]


def test_a_window_that_has_not_ended_stays() -> None:
    lasting = counter(used=5)
    end = lasting.windows[0].period.end
    assert end is not None
    assert advance_windows(lasting, end - timedelta(microseconds=1), no_rollover) is lasting


def test_a_window_that_has_ended_is_followed_by_the_one_of_now() -> None:
    after = advance_windows(counter(*KINDS, used=5), NOON + 3 * DAY, lambda window: int(window.used) + 1)
    day, month, ever = after.windows
    assert (day.period, day.used, day.carried) == (window_at("EVERY_DAY", NOON + 3 * DAY), 0, 6)
    assert (month.used, month.carried, ever.period) == (5, 0, EVER)
    assert after.total == 5


def test_windows_never_go_back() -> None:
    advanced = advance_windows(counter(used=5), NOON + DAY, no_rollover)
    assert advance_windows(advanced, NOON, no_rollover) is advanced


def test_the_next_window_has_not_been_reset() -> None:
    after = advance_windows(reset_windows(counter(used=5), NOON), NOON + DAY, no_rollover)
    assert [window.since for window in after.windows] == [None]


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
    st.tuples(st.just("wait"), st.integers(0, 72)),
    st.tuples(st.just("reset"), st.just(0)),
)


@given(st.lists(STEPS, max_size=12))
def test_the_difference_of_two_totals_is_what_was_used_between_them(steps: list[tuple[str, int]]) -> None:
    """Of one window: SET to n after u were used in it is n - u more."""
    state, now, total = counter(), NOON, 0
    for step, value in steps:
        if step == "wait":
            now += value * HOUR
            state = advance_windows(state, now, no_rollover)
        elif step == "reset":
            state = reset_windows(state, now)
        else:
            total += value - used_by_window(state)[0] if step == Behaviour.SET else value
            state = apply_usage(state, Behaviour(step), value)
        assert state.total == total
