"""Periods in UTC, half-open: a moment belongs to the period that starts at or before it and ends after it.

Every period is computed from the anchor, never from the period before: an anchor on the 31st gives
31 January, 28 February, 31 March (DESIGN.md section 5).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """`end` is None for a period that never ends."""

    start: datetime
    end: datetime | None

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Step:
    """How long a period is: so many calendar months, or a fixed time."""

    months: int = 0
    duration: timedelta = timedelta()


class ChargePeriod(StrEnum):
    ONE_TIME = "ONE_TIME"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    TWENTY_EIGHT_DAYS = "TWENTY_EIGHT_DAYS"
    MONTHLY = "MONTHLY"
    THREE_MONTHS = "THREE_MONTHS"
    SIX_MONTHS = "SIX_MONTHS"
    YEARLY = "YEARLY"


class Reset(StrEnum):
    NEVER = "NEVER"
    EVERY_HOUR = "EVERY_HOUR"
    EVERY_DAY = "EVERY_DAY"
    EVERY_WEEK = "EVERY_WEEK"
    EVERY_28_DAYS = "EVERY_28_DAYS"
    EVERY_MONTH = "EVERY_MONTH"
    EVERY_QUARTER = "EVERY_QUARTER"
    EVERY_YEAR = "EVERY_YEAR"


class ResetTime(StrEnum):
    """Whether windows follow the calendar or the start of the subscription."""

    BEGINNING_OF_PERIOD = "BEGINNING_OF_PERIOD"
    SUBSCRIPTION_START = "SUBSCRIPTION_START"


CHARGE_STEPS = {
    ChargePeriod.DAILY: Step(duration=timedelta(days=1)),
    ChargePeriod.WEEKLY: Step(duration=timedelta(weeks=1)),
    ChargePeriod.TWENTY_EIGHT_DAYS: Step(duration=timedelta(days=28)),
    ChargePeriod.MONTHLY: Step(months=1),
    ChargePeriod.THREE_MONTHS: Step(months=3),
    ChargePeriod.SIX_MONTHS: Step(months=6),
    ChargePeriod.YEARLY: Step(months=12),
}
RESET_STEPS = {
    Reset.EVERY_HOUR: Step(duration=timedelta(hours=1)),
    Reset.EVERY_DAY: Step(duration=timedelta(days=1)),
    Reset.EVERY_WEEK: Step(duration=timedelta(weeks=1)),
    Reset.EVERY_28_DAYS: Step(duration=timedelta(days=28)),
    Reset.EVERY_MONTH: Step(months=1),
    Reset.EVERY_QUARTER: Step(months=3),
    Reset.EVERY_YEAR: Step(months=12),
}
CALENDAR = datetime(2001, 1, 1, tzinfo=UTC)
"""A Monday, the first of a month, a quarter and a year: where calendar windows are counted from."""

EVER = Period(datetime(1970, 1, 1, tzinfo=UTC), None)
"""The window of usage that is never reset: the same for every source, so that all see the same counter."""


def charge_period(anchor: datetime, length: ChargePeriod, moment: datetime) -> Period:
    """The billing period that the moment is in; ONE_TIME never ends."""
    step = CHARGE_STEPS.get(length)
    return _period(anchor, step, moment) if step else Period(anchor, None)


def reset_window(reset: Reset, reset_time: ResetTime, anchor: datetime, moment: datetime) -> Period:
    """The window whose usage counts at the moment.

    28 days are no part of the calendar, so they are always counted from the anchor.
    """
    step = RESET_STEPS.get(reset)
    if step is None:
        return EVER
    by_calendar = reset_time is ResetTime.BEGINNING_OF_PERIOD and reset is not Reset.EVERY_28_DAYS
    return _period(CALENDAR if by_calendar else anchor, step, moment)


def _period(anchor: datetime, step: Step, moment: datetime) -> Period:
    number = _number(anchor, step, moment)
    return Period(_start(anchor, step, number), _start(anchor, step, number + 1))


def _number(anchor: datetime, step: Step, moment: datetime) -> int:
    """Which period from the anchor it is; negative before the anchor."""
    if not step.months:
        return (moment - anchor) // step.duration
    months = (moment.year - anchor.year) * MONTHS_PER_YEAR + moment.month - anchor.month
    number = months // step.months
    return number if _start(anchor, step, number) <= moment else number - 1


def _start(anchor: datetime, step: Step, number: int) -> datetime:
    if not step.months:
        return anchor + number * step.duration
    years, month = divmod(anchor.month - 1 + number * step.months, MONTHS_PER_YEAR)
    year = anchor.year + years
    day = min(anchor.day, monthrange(year, month + 1)[1])
    return anchor.replace(year=year, month=month + 1, day=day)
