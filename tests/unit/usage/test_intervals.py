"""Intervals of a zone's own clock, compared with a walk through the quarter hours of UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parity.core.errors import InvalidFieldsError
from parity.core.periods import Period
from parity.metering.rules.buckets import QUARTER, quarter_of
from parity.usage.rules import intervals
from parity.usage.rules.intervals import (
    HOST_ONLY,
    MAX_POINTS,
    Interval,
    Span,
    find_zone,
    round_up_to_quarter,
    split_into_intervals,
    start_of_day,
)
from tests.support.builders.moments import DAY, TICK
from tests.support.builders.strategies import MOMENTS

HOUR = timedelta(hours=1)
ZONES = sorted(name for name in available_timezones() if not name.startswith(HOST_ONLY))
CALENDAR = [interval for interval in Interval if interval is not Interval.WINDOW]
RECENT = st.datetimes(datetime(2012, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001

by_interval = pytest.mark.parametrize("interval", CALENDAR)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def split(interval: Interval, zone: ZoneInfo, start: datetime, end: datetime) -> list[Period]:
    return split_into_intervals(Span(start, end, interval, zone))


def clock_time(moment: datetime, name: str) -> datetime:
    """What the zone's clock shows."""
    return moment.astimezone(ZoneInfo(name)).replace(tzinfo=None)


def date_of(interval: Interval, local: datetime) -> date:
    """The day, the Monday of the week, or the first of the month."""
    if interval is Interval.WEEK:
        return local.date() - timedelta(days=local.weekday())
    return local.date().replace(day=1) if interval is Interval.MONTH else local.date()


def hour_starts(name: str, quarters: list[datetime]) -> Iterator[datetime]:
    """Where the clock shows a full hour, or was put forward past one."""
    for quarter in quarters:
        before, after = clock_time(quarter - TICK, name) + TICK, clock_time(quarter, name)
        if after.minute == 0 or (after > before and before.minute == 0):
            yield quarter


def date_starts(interval: Interval, name: str, quarters: list[datetime]) -> Iterator[datetime]:
    """Where the clock first shows a later date."""
    latest = date_of(interval, clock_time(quarters[0] - TICK, name))
    for quarter in quarters:
        if (current := date_of(interval, clock_time(quarter, name))) > latest:
            latest = current
            yield quarter


def walk_quarter_hours(interval: Interval, name: str, start: datetime, end: datetime) -> list[Period]:
    """The intervals, found by a walk through the quarter hours of UTC."""
    count = (end - quarter_of(start)) // QUARTER + 1
    quarters = [quarter_of(start) + number * QUARTER for number in range(count)]
    is_hour = interval is Interval.HOUR
    starts = hour_starts(name, quarters) if is_hour else date_starts(interval, name, quarters)
    inner = [moment for moment in starts if start < moment < end]
    return [Period(*both) for both in pairwise([start, *inner, end])]


@by_interval
@given(name=st.sampled_from(ZONES), start=RECENT, span=st.timedeltas(TICK, 50 * DAY))
@example(name="Australia/Lord_Howe", start=utc("2026-04-01"), span=10 * DAY)
@example(name="Australia/Lord_Howe", start=utc("2026-09-30T23:07"), span=10 * DAY)
@example(name="Antarctica/Casey", start=utc("2022-10-01"), span=3 * DAY)
@example(name="Antarctica/Troll", start=utc("2026-10-25T00:30"), span=3 * HOUR)
@example(name="Asia/Pyongyang", start=utc("2015-08-14"), span=3 * DAY)
@example(name="Asia/Kathmandu", start=utc("2026-01-31T18:14:59"), span=3 * DAY)
@example(name="Pacific/Chatham", start=utc("2026-04-04"), span=3 * DAY)
def test_a_walk_by_quarter_hours_finds_the_same_intervals(
    interval: Interval, name: str, start: datetime, span: timedelta
) -> None:
    assert split(interval, ZoneInfo(name), start, start + span) == walk_quarter_hours(
        interval, name, start, start + span
    )


@by_interval
@given(name=st.sampled_from(ZONES), start=MOMENTS, span=st.timedeltas(TICK, 100 * DAY))
def test_intervals_follow_each_other_from_the_start_to_the_end(
    interval: Interval, name: str, start: datetime, span: timedelta
) -> None:
    found = split(interval, ZoneInfo(name), start, start + span)
    assert (found[0].start, found[-1].end) == (start, start + span)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(each.end is not None and each.start < each.end for each in found)


@by_interval
@given(name=st.sampled_from(ZONES), start=MOMENTS, span=st.timedeltas(TICK, 20 * DAY))
def test_usage_by_quarter_hours_lies_in_one_interval(
    interval: Interval, name: str, start: datetime, span: timedelta
) -> None:
    found = split(interval, ZoneInfo(name), start, start + span)
    assert all(quarter_of(each.start) == each.start for each in found[1:])


@by_interval
def test_every_zone_has_its_intervals(interval: Interval) -> None:
    start, end = utc("2026-03-28"), utc("2026-04-06")
    for name in ZONES:
        assert split(interval, ZoneInfo(name), start, end)[1:], name


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("UTC", "2026-03-29", 24),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Antarctica/Troll", "2026-10-25", 26),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("America/Havana", "2026-11-01", 25),
        ("America/St_Johns", "2010-11-07", 25),
        ("Pacific/Apia", "2011-12-29", 24),
        ("Pacific/Apia", "2011-12-31", 24),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(name: str, day: str, hours: float) -> None:
    start = start_of_day(date.fromisoformat(day), ZoneInfo(name))
    found = split(Interval.DAY, ZoneInfo(name), start, start + 3 * DAY)
    assert found[0] == Period(start, start + hours * HOUR)


def test_a_day_that_a_zone_left_out_is_no_interval() -> None:
    found = split(Interval.DAY, find_zone("Pacific/Apia"), utc("2011-12-28T10:00"), utc("2012-01-01T10:00"))
    assert [f"{clock_time(each.start, 'Pacific/Apia'):%d %H:%M}" for each in found] == [
        "28 00:00",
        "29 00:00",
        "31 00:00",
        "01 00:00",
    ]


def test_a_midnight_that_is_shown_twice_begins_the_day_once() -> None:
    found = split(Interval.DAY, find_zone("America/Havana"), utc("2026-10-31T12:00"), utc("2026-11-02T12:00"))
    assert [each.start for each in found[1:]] == [utc("2026-11-01T04:00"), utc("2026-11-02T05:00")]


@pytest.mark.parametrize(
    ("name", "day", "minutes"),
    [
        ("Europe/Berlin", "2026-03-29", [60] * 23),
        ("Europe/Berlin", "2026-10-25", [60] * 25),
        ("Australia/Lord_Howe", "2026-04-05", [60, 90] + [60] * 22),
        ("Australia/Lord_Howe", "2026-10-04", [60, 60, 30] + [60] * 21),
        ("Pacific/Chatham", "2026-09-27", [60] * 23),
        ("Antarctica/Casey", "2022-10-02", [60] * 21),
        ("America/St_Johns", "2010-11-07", [60] * 25),
    ],
)
def test_hours_are_those_of_the_clock(name: str, day: str, minutes: list[int]) -> None:
    start = start_of_day(date.fromisoformat(day), ZoneInfo(name))
    end = start_of_day(date.fromisoformat(day) + DAY, ZoneInfo(name))
    found = split(Interval.HOUR, ZoneInfo(name), start, end)
    assert [(each.end or start) - each.start for each in found] == [
        timedelta(minutes=each) for each in minutes
    ]


def test_hours_of_a_zone_that_is_no_full_hour_from_utc_begin_on_its_own_clock() -> None:
    start, end = utc("2026-03-02T09:00"), utc("2026-03-02T11:00")
    found = split(Interval.HOUR, find_zone("Asia/Kathmandu"), start, end)
    assert [f"{each.start:%H:%M}" for each in found] == ["09:00", "09:15", "10:15"]


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        (Interval.WEEK, "2026-01-15T03:04:05 2026-01-18T11:00 2026-01-25T11:00 2026-02-01T11:00"),
        (Interval.MONTH, "2026-01-15T03:04:05 2026-01-31T11:00"),
    ],
)
def test_weeks_begin_on_monday_and_months_on_the_first_at_midnight(interval: Interval, starts: str) -> None:
    start, end = utc("2026-01-15T03:04:05"), utc("2026-02-05")
    found = split(interval, find_zone("Pacific/Auckland"), start, end)
    assert [each.start for each in found] == [utc(text) for text in starts.split()]
    assert found[-1].end == end


@by_interval
def test_no_time_has_no_intervals(interval: Interval) -> None:
    assert split(interval, find_zone("UTC"), utc("2026-03-02"), utc("2026-03-02")) == []


def test_more_intervals_than_can_be_shown_are_refused() -> None:
    utc_zone, start = find_zone("UTC"), utc("1990-01-01")
    hours = split(Interval.HOUR, utc_zone, start, start + MAX_POINTS * HOUR)
    assert len(hours) == MAX_POINTS
    days = split(Interval.DAY, utc_zone, start, start + MAX_POINTS * DAY)
    assert len(days) == MAX_POINTS
    with pytest.raises(InvalidFieldsError, match="interval must be longer"):
        split(Interval.HOUR, utc_zone, start, start + MAX_POINTS * HOUR + TICK)


def test_far_too_many_intervals_are_refused_before_they_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "_interval_starts", lambda *_: pytest.fail("they were built"))
    with pytest.raises(InvalidFieldsError) as refused:
        split(Interval.HOUR, find_zone("UTC"), utc("1970-01-01"), utc("2499-01-01"))
    assert [(each.field, each.in_query) for each in refused.value.problems] == [("interval", True)]


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5"])
def test_a_zone_has_its_iana_name(name: str) -> None:
    assert find_zone(name).key == name


UNKNOWN = {
    "unknown": "Europe/Atlantis",
    "empty": "",
    "a space behind": "UTC ",
    "a directory": "America",
    "a directory with its slash": "America/",
    "below a zone": "UTC/x",
    "a file beside the zones": "tzdata.zi",
    "a module": "__init__.py",
    "an absolute path": "/etc/passwd",
    "a path upwards": "../../etc/passwd",
    "a path upwards and back": "../zoneinfo/UTC",
    "a path that goes nowhere": "Europe/./Berlin",
    "the host's own": "localtime",
    "with leap seconds": "right/UTC",
    "very long": "A" * 10_000,
    "NUL": "UTC\0",
    "half a surrogate pair": "\ud800",
}


@pytest.mark.parametrize("name", UNKNOWN.values(), ids=UNKNOWN)
def test_what_names_no_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        find_zone(name)
    (problem,) = refused.value.problems
    assert (problem.field, problem.in_query) == ("timezone", True)
    assert problem.detail == "must be an IANA time zone, such as Europe/Berlin or UTC."


@given(st.text())
def test_any_text_is_a_zone_or_is_refused(name: str) -> None:
    try:
        assert find_zone(name).key == name
    except InvalidFieldsError:
        assert name not in ZONES


@given(MOMENTS)
def test_a_moment_lies_between_its_quarter_hours(moment: datetime) -> None:
    below, above = quarter_of(moment), round_up_to_quarter(moment)
    assert below <= moment <= above
    assert above - below == (timedelta() if below == moment else QUARTER)
    assert {each.minute % 15 for each in (below, above)} == {0}
    assert {(each.second, each.microsecond) for each in (below, above)} == {(0, 0)}
