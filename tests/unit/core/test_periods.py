"""The calendar: billing periods and reset windows, half-open, in UTC, over 40 years each way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parity.core.periods import (
    ChargePeriod,
    Period,
    Reset,
    ResetTime,
    charge_period,
    reset_window,
)
from tests.support.builders.moments import DAY, TICK
from tests.support.builders.strategies import draw_anchors, draw_anchors_and_moments

MONTHS = {"MONTHLY": 1, "THREE_MONTHS": 3, "SIX_MONTHS": 6, "YEARLY": 12}
MONTHS |= {"EVERY_MONTH": 1, "EVERY_QUARTER": 3, "EVERY_YEAR": 12}
DAYS = {"DAILY": 1, "WEEKLY": 7, "TWENTY_EIGHT_DAYS": 28}
DAYS |= {"EVERY_DAY": 1, "EVERY_WEEK": 7, "EVERY_28_DAYS": 28}

RECURRING = [length for length in ChargePeriod if length is not ChargePeriod.ONE_TIME]
RESETTING = [reset for reset in Reset if reset is not Reset.NEVER]
BY_CALENDAR = [reset for reset in RESETTING if reset is not Reset.EVERY_28_DAYS]

PeriodAt = Callable[[datetime, datetime], Period]


def _charge_periods(length: ChargePeriod) -> PeriodAt:
    return lambda anchor, moment: charge_period(anchor, length, moment)


def _reset_windows(reset: Reset, reset_time: ResetTime) -> PeriodAt:
    return lambda anchor, moment: reset_window(reset, reset_time, anchor, moment)


FROM_ANCHOR = {length.value: _charge_periods(length) for length in RECURRING}
FROM_ANCHOR |= {reset.value: _reset_windows(reset, ResetTime.SUBSCRIPTION_START) for reset in RESETTING}
CALENDAR = {reset.value: _reset_windows(reset, ResetTime.BEGINNING_OF_PERIOD) for reset in BY_CALENDAR}
from_anchor = pytest.mark.parametrize("name", sorted(FROM_ANCHOR))
by_calendar = pytest.mark.parametrize("name", sorted(CALENDAR))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _starts_on(name: str, anchor: datetime, day: datetime) -> bool:
    """Whether a period starts on this day, by looking at that day alone."""
    if name in DAYS:
        return (day.date() - anchor.date()).days % DAYS[name] == 0
    apart = day.year * 12 + day.month - anchor.year * 12 - anchor.month
    is_last_of_month = (day + DAY).month != day.month
    return apart % MONTHS[name] == 0 and (
        day.day == anchor.day or (is_last_of_month and day.day < anchor.day)
    )


def _days(anchor: datetime, day: datetime, step: timedelta) -> Iterator[datetime]:
    """One day after or before the other, at the anchor's time."""
    current = datetime.combine(day.date(), anchor.timetz())
    while True:
        yield current
        current += step


def search_period(name: str, anchor: datetime, moment: datetime) -> Period:
    """The period, found by looking at one day after the other."""
    before = (day for day in _days(anchor, moment, -DAY) if day <= moment)
    after = (day for day in _days(anchor, moment, DAY) if day > moment)
    return Period(
        next(day for day in before if _starts_on(name, anchor, day)),
        next(day for day in after if _starts_on(name, anchor, day)),
    )


@from_anchor
@given(times=draw_anchors_and_moments())
def test_a_period_contains_its_moment_and_touches_its_neighbours(
    name: str, times: tuple[datetime, datetime]
) -> None:
    anchor, moment = times
    period = FROM_ANCHOR[name](anchor, moment)
    assert moment in period
    assert period.end is not None
    assert FROM_ANCHOR[name](anchor, period.start) == period
    assert FROM_ANCHOR[name](anchor, period.end - TICK) == period
    assert FROM_ANCHOR[name](anchor, period.end).start == period.end
    assert FROM_ANCHOR[name](anchor, period.start - TICK).end == period.start


@pytest.mark.parametrize("name", sorted(FROM_ANCHOR.keys() - {"EVERY_HOUR"}))
@given(times=draw_anchors_and_moments())
def test_a_search_day_by_day_finds_the_same_period(name: str, times: tuple[datetime, datetime]) -> None:
    assert FROM_ANCHOR[name](*times) == search_period(name, *times)


@given(times=draw_anchors_and_moments())
def test_hours_from_the_anchor_keep_its_minute(times: tuple[datetime, datetime]) -> None:
    anchor, moment = times
    start = moment.replace(minute=anchor.minute, second=anchor.second, microsecond=anchor.microsecond)
    if start > moment:
        start -= timedelta(hours=1)
    assert FROM_ANCHOR["EVERY_HOUR"](anchor, moment) == Period(start, start + timedelta(hours=1))


@pytest.mark.parametrize("name", sorted(MONTHS))
@given(anchor=draw_anchors(), number=st.integers(-40, 40))
@example(anchor=utc("2026-01-31T10:30"), number=1)
@example(anchor=utc("2024-02-29T23:59:59.999999"), number=-1)
def test_starts_are_the_anchors_day_or_the_months_last(name: str, anchor: datetime, number: int) -> None:
    month_index = anchor.year * 12 + anchor.month - 1 + number * MONTHS[name]
    in_next_month = datetime((month_index + 1) // 12, (month_index + 1) % 12 + 1, 1, tzinfo=UTC)
    last_day = (in_next_month - DAY).day
    expected = anchor.replace(
        year=month_index // 12, month=month_index % 12 + 1, day=min(anchor.day, last_day)
    )
    assert FROM_ANCHOR[name](anchor, expected).start == expected


@pytest.mark.parametrize(
    ("length", "anchor", "starts"),
    [
        ("MONTHLY", "2026-01-31", "2026-02-28 2026-03-31 2026-04-30 2026-05-31"),
        ("MONTHLY", "2028-01-31", "2028-02-29 2028-03-31 2028-04-30 2028-05-31"),
        ("MONTHLY", "2027-12-30", "2028-01-30 2028-02-29 2028-03-30"),
        ("MONTHLY", "2026-01-29", "2026-02-28 2026-03-29"),
        ("MONTHLY", "2100-01-30", "2100-02-28 2100-03-30"),
        ("THREE_MONTHS", "2025-11-30", "2026-02-28 2026-05-30 2026-08-30"),
        ("THREE_MONTHS", "2026-01-31", "2026-04-30 2026-07-31 2026-10-31 2027-01-31"),
        ("SIX_MONTHS", "2025-08-31", "2026-02-28 2026-08-31"),
        ("YEARLY", "2024-02-29", "2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
        ("YEARLY", "2024-01-30", "2025-01-30 2026-01-30 2027-01-30 2028-01-30"),
        ("TWENTY_EIGHT_DAYS", "2028-02-01", "2028-02-29 2028-03-28"),
        ("WEEKLY", "2026-12-28", "2027-01-04 2027-01-11"),
        ("DAILY", "2028-02-28", "2028-02-29 2028-03-01"),
    ],
)
def test_known_starts(length: str, anchor: str, starts: str) -> None:
    start = utc(anchor)
    for expected in starts.split():
        end = charge_period(utc(anchor), ChargePeriod(length), start).end
        assert end == utc(expected)
        start = end


@given(times=draw_anchors_and_moments())
def test_what_is_charged_once_has_one_period_without_end(times: tuple[datetime, datetime]) -> None:
    anchor, moment = times
    assert charge_period(anchor, ChargePeriod.ONE_TIME, moment) == Period(anchor, None)


@pytest.mark.parametrize("reset_time", ResetTime)
@given(times=draw_anchors_and_moments(), other_anchor=draw_anchors())
def test_usage_that_is_never_reset_has_one_window_whatever_it_is_counted_from(
    reset_time: ResetTime, times: tuple[datetime, datetime], other_anchor: datetime
) -> None:
    anchor, moment = times
    window = reset_window(Reset.NEVER, reset_time, anchor, moment)
    assert window.end is None
    assert anchor in window
    assert window == reset_window(Reset.NEVER, reset_time, other_anchor, moment + DAY)


def _is_boundary(name: str, start: datetime) -> bool:
    midnight = start == start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight and start.day == 1
    return {
        "EVERY_HOUR": start == start.replace(minute=0, second=0, microsecond=0),
        "EVERY_DAY": midnight,
        "EVERY_WEEK": midnight and start.strftime("%A") == "Monday",
        "EVERY_MONTH": first,
        "EVERY_QUARTER": first and start.month in {1, 4, 7, 10},
        "EVERY_YEAR": first and start.month == 1,
    }[name]


LONGEST = {
    "EVERY_HOUR": timedelta(hours=1),
    "EVERY_DAY": DAY,
    "EVERY_WEEK": 7 * DAY,
    "EVERY_MONTH": 31 * DAY,
    "EVERY_QUARTER": 92 * DAY,
    "EVERY_YEAR": 366 * DAY,
}


@by_calendar
@given(times=draw_anchors_and_moments(), other_anchor=draw_anchors())
def test_calendar_windows_go_from_boundary_to_boundary(
    name: str, times: tuple[datetime, datetime], other_anchor: datetime
) -> None:
    anchor, moment = times
    window = CALENDAR[name](anchor, moment)
    assert moment in window
    assert window.end is not None
    assert _is_boundary(name, window.start)
    assert _is_boundary(name, window.end)
    assert window.end - window.start <= LONGEST[name]
    assert CALENDAR[name](other_anchor, moment) == window
    assert CALENDAR[name](anchor, window.end).start == window.end
    assert CALENDAR[name](anchor, window.start - TICK).end == window.start


@given(times=draw_anchors_and_moments())
def test_28_days_are_counted_from_the_anchor_even_at_the_beginning_of_the_period(
    times: tuple[datetime, datetime],
) -> None:
    windows = [reset_window(Reset.EVERY_28_DAYS, reset_time, *times) for reset_time in ResetTime]
    assert windows[0] == windows[1]


@pytest.mark.parametrize(
    ("reset", "start", "end"),
    [
        ("EVERY_HOUR", "2026-12-31T23:00", "2027-01-01T00:00"),
        ("EVERY_DAY", "2026-12-31", "2027-01-01"),
        ("EVERY_WEEK", "2026-12-28", "2027-01-04"),
        ("EVERY_MONTH", "2026-12-01", "2027-01-01"),
        ("EVERY_QUARTER", "2026-10-01", "2027-01-01"),
        ("EVERY_YEAR", "2026-01-01", "2027-01-01"),
    ],
)
@pytest.mark.parametrize("moment", ["2026-12-31T23:00", "2026-12-31T23:59:59.999999"])
def test_known_calendar_windows(reset: str, start: str, end: str, moment: str) -> None:
    window = CALENDAR[reset](utc("2026-05-17T04:05:06"), utc(moment))
    assert window == Period(utc(start), utc(end))


@pytest.mark.parametrize(
    ("moment", "inside"), [(-TICK, False), (timedelta(), True), (DAY - TICK, True), (DAY, False)], ids=str
)
def test_a_period_has_its_start_and_not_its_end(moment: timedelta, *, inside: bool) -> None:
    start = utc("2026-02-28T12:00")
    assert (start + moment in Period(start, start + DAY)) is inside
