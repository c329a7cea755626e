"""Periods in UTC, half-open: a moment belongs to the period that starts at or before it and ends after it.

Every period is computed from the anchor, never from the period before: an anchor on the 31st gives
31 January, 28 February, 31 March (docs/subscriptions.md, "Periods").
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

MOMENT = timedelta(microseconds=1)
"""The resolution of all times."""

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
    """The length of a period: calendar months, or a fixed duration."""

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
    """Whether windows follow the calendar or the subscription: its trial, and then its billing periods."""

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

ANCHOR_SECONDS = len("20260131T100733")
"""Where the microseconds begin in an anchor that a window kind names."""

EVER = Period(datetime(1970, 1, 1, tzinfo=UTC), None)
"""The window of usage that is never reset. It is the same for every source, so all read the same counter."""


def charge_period(anchor: datetime, length: ChargePeriod, moment: datetime) -> Period:
    """The billing period that contains the moment; ONE_TIME never ends."""
    step = CHARGE_STEPS.get(length)
    return _period(anchor, step, moment) if step else Period(anchor, None)


def reset_window(reset: Reset, reset_time: ResetTime, anchor: datetime, moment: datetime) -> Period:
    """The window whose usage counts at the moment."""
    step = RESET_STEPS.get(reset)
    if step is None:
        return EVER
    return _period(CALENDAR if _is_by_calendar(reset, reset_time) else anchor, step, moment)


def _is_by_calendar(reset: Reset, reset_time: ResetTime) -> bool:
    """Whether windows follow the calendar. Those of 28 days never do: they are counted from the anchor."""
    return reset_time is ResetTime.BEGINNING_OF_PERIOD and reset is not Reset.EVERY_28_DAYS


def window_kind(reset: Reset, reset_time: ResetTime, anchor: datetime) -> str:
    """Names the windows that usage is counted in, such as `EVERY_MONTH@20260131T100733123456`.

    Equal names are equal windows; the anchor is left out where it makes no difference.
    """
    if reset is Reset.NEVER or _is_by_calendar(reset, reset_time):
        return reset.value
    return f"{reset.value}@{anchor:%Y%m%dT%H%M%S%f}"


def once_kind(source_id: str) -> str:
    """Names the one window of a source that is never reset, such as `NEVER@8f14e45f`."""
    return f"{Reset.NEVER}@{source_id}"


def kind_name(kind: str) -> str:
    """The name of the kind that callers see: all that is never reset is NEVER, whichever source it is of."""
    return Reset.NEVER.value if kind.startswith(once_kind("")) else kind


def window_at(kind: str, moment: datetime) -> Period:
    """The window of that kind that contains the moment. Raises ValueError if there is no such kind."""
    return reset_window(*_parts_of(kind), moment)


def count_windows_between(kind: str, first: datetime, last: datetime) -> int:
    """How many windows later the window of `last` is than that of `first`: 0 if both are in the same one."""
    reset, _, anchor = _parts_of(kind)
    step = RESET_STEPS.get(reset)
    return _number(anchor, step, last) - _number(anchor, step, first) if step else 0


def latest_windows(kind: str, period: Period, most: int) -> list[Period]:
    """The latest windows that overlap a period with an end, uncut, and at most `most` of them."""
    found: list[Period] = []
    window = window_at(kind, (period.end or period.start) - MOMENT)
    while len(found) < most:
        found.append(window)
        if window.start <= period.start:
            break
        window = window_at(kind, window.start - MOMENT)
    return found[::-1]


def _parts_of(kind: str) -> tuple[Reset, ResetTime, datetime]:
    name, _, anchor_text = kind.partition("@")
    reset = Reset(name)
    if reset is Reset.NEVER:
        return reset, ResetTime.BEGINNING_OF_PERIOD, CALENDAR
    if anchor_text:
        text = f"{anchor_text[:ANCHOR_SECONDS]}.{anchor_text[ANCHOR_SECONDS:]}+00:00"
        parts = reset, ResetTime.SUBSCRIPTION_START, datetime.fromisoformat(text)
    else:
        parts = reset, ResetTime.BEGINNING_OF_PERIOD, CALENDAR
    if window_kind(*parts) != kind:
        raise ValueError(f"{kind} does not name windows")
    return parts


def _period(anchor: datetime, step: Step, moment: datetime) -> Period:
    number = _number(anchor, step, moment)
    return Period(_start(anchor, step, number), _start(anchor, step, number + 1))


def _number(anchor: datetime, step: Step, moment: datetime) -> int:
    """The number of the moment's period, counted from the anchor: 0 for the first one, negative before it."""
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
