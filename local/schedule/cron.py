"""EventBridge's cron expressions: six fields, and days of the week from 1 (Sunday) to 7 (Saturday)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from local.schedule.errors import ScheduleError

FIELD_COUNT = 6
DAYS_OF_WEEK = 7
SATURDAY = 7


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    first: int
    last: int
    words: Sequence[str] = ()
    steps: bool = True

    def values(self, text: str) -> set[int]:
        """All values of a list of `*`, values, ranges and steps."""
        return set().union(*(self._part(part) for part in text.split(",")))

    def value(self, text: str) -> int:
        if text.upper() in self.words:
            return self.words.index(text.upper()) + self.first
        if text.isdecimal() and self.first <= int(text) <= self.last:
            return int(text)
        raise self.error(text)

    def error(self, text: str) -> ScheduleError:
        return ScheduleError(f'"{text}" is not a value for the {self.name} of a cron expression')

    def _part(self, text: str) -> range:
        span, slash, step = text.partition("/")
        if slash and not (self.steps and step.isdecimal() and int(step)):
            raise self.error(text)
        if span == "*":
            first, last = self.first, self.last
        elif "-" in span:
            first, last = (self.value(end) for end in span.split("-", 1))
        else:
            first = self.value(span)
            last = self.last if slash else first
        if first > last:
            raise self.error(text)
        return range(first, last + 1, int(step) if slash else 1)


MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAY_OF_MONTH = Field("day of month", 1, 31)
MONTH = Field("month", 1, 12, [name.upper() for name in calendar.month_abbr[1:]])
DAY_OF_WEEK = Field("day of week", 1, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), steps=False)
YEAR = Field("year", 1970, 2199)


class Cron:
    """The times of one expression; raises ScheduleError for one that EventBridge would refuse."""

    def __init__(self, fields: str) -> None:
        parts = fields.split()
        if len(parts) != FIELD_COUNT:
            raise ScheduleError(f"cron({fields}) has {len(parts)} fields instead of {FIELD_COUNT}")
        minutes, hours, day_of_month, month, day_of_week, year = parts
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ScheduleError(f'cron({fields}) needs "?" for either the day of month or the day of week')
        self._minutes = sorted(MINUTES.values(minutes))
        self._hours = sorted(HOURS.values(hours))
        self._months = sorted(MONTH.values(month))
        self._years = sorted(YEAR.values(year))
        self._days = _days_of_week(day_of_week) if day_of_month == "?" else _days_of_month(day_of_month)

    def next_after(self, after: datetime) -> datetime | None:
        """The first time after `after`; None if the years of the expression are over."""
        return next((time for time in self._times_from(after) if time > after), None)

    def _times_from(self, start: datetime) -> Iterator[datetime]:
        for day in self._days_from(start.date()):
            for hour in self._hours:
                for minute in self._minutes:
                    yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def _days_from(self, start: date) -> Iterator[date]:
        for year in self._years:
            for month in self._months:
                if (year, month) >= (start.year, start.month):
                    days = (date(year, month, day) for day in sorted(self._days(year, month)))
                    yield from (day for day in days if day >= start)


def _days_of_month(text: str) -> Callable[[int, int], set[int]]:
    """Days of a month; besides values there are `L`, `LW` and `15W`."""
    if text == "L":
        return lambda year, month: {_length(year, month)}
    if text == "LW":
        return lambda year, month: {_nearest_weekday(year, month, _length(year, month))}
    if match := re.fullmatch(r"(\d+)W", text):
        target = DAY_OF_MONTH.value(match[1])
        return lambda year, month: {_nearest_weekday(year, month, min(target, _length(year, month)))}
    values = DAY_OF_MONTH.values(text)
    return lambda year, month: {day for day in values if day <= _length(year, month)}


def _days_of_week(text: str) -> Callable[[int, int], set[int]]:
    """Days of a month by the day of the week; besides values there are `L`, `6L` and `3#2`."""
    if match := re.fullmatch(r"(\w+)#([1-5])", text):
        weekday, ordinal = DAY_OF_WEEK.value(match[1]), int(match[2])
        return lambda year, month: set(_on_weekdays(year, month, {weekday})[ordinal - 1 : ordinal])
    if text == "L":
        return lambda year, month: set(_on_weekdays(year, month, {SATURDAY}))
    if match := re.fullmatch(r"(\w+)L", text):
        weekday = DAY_OF_WEEK.value(match[1])
        return lambda year, month: {_on_weekdays(year, month, {weekday})[-1]}
    weekdays = DAY_OF_WEEK.values(text)
    return lambda year, month: set(_on_weekdays(year, month, weekdays))


def _on_weekdays(year: int, month: int, weekdays: set[int]) -> list[int]:
    days = range(1, _length(year, month) + 1)
    return [day for day in days if date(year, month, day).isoweekday() % DAYS_OF_WEEK + 1 in weekdays]


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """The Monday to Friday nearest to a day, within the same month."""
    target = date(year, month, day)
    offset = {6: -1, 7: 1}.get(target.isoweekday(), 0)
    moved = target + timedelta(days=offset)
    if moved.month != month:
        moved = target - 2 * timedelta(days=offset)
    return moved.day


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
