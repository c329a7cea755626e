"""The hours, days, weeks and months of a time zone, by which usage is shown.

They follow the zone's own clock. A day on which the clock is changed has 23 or 25 hours. An hour of Kathmandu
begins 15 minutes after an hour of UTC. A day that a zone skipped, such as 30 December 2011 in Samoa, is no
interval.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import MOMENT, Period
from parity.metering.rules.buckets import QUARTER, quarter_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from parity.core.numbers import Number

MAX_POINTS = 10_000
"""How many points one series may have."""

MAX_CLOCK_CHANGE = timedelta(days=1)
"""The most that any zone's clock was ever changed by at once."""

HOST_ONLY = ("posix/", "right/", "posixrules", "localtime")
"""Files that some machines keep beside the zones: the host's own zone, and clocks with leap seconds."""


class Interval(StrEnum):
    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    WINDOW = "WINDOW"
    """The windows at whose end the entitlement's usage is reset."""


LONGEST_INTERVALS = {
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
    Interval.WEEK: timedelta(weeks=1),
    Interval.MONTH: timedelta(days=31),
}
"""How long an interval is at most, on a clock that is never changed."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time from `start` to before `end`, in intervals of the zone's clock."""

    start: datetime
    end: datetime
    interval: Interval
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Point:
    """The usage of one interval. The others are of windows only.

    `usage_limit` is None for an unlimited one, and includes what was `rolled_over`.
    """

    period: Period
    value: Number
    usage_limit: int | None = None
    rolled_over: int = 0


@dataclass(frozen=True, slots=True)
class UsageSeries:
    """The usage of one feature over time; `usage_limit` is the limit that applies now."""

    feature: str
    total: Number
    usage_limit: int | None
    points: tuple[Point, ...]


def find_zone(name: str) -> ZoneInfo:
    """Returns the time zone with an IANA name. Raises InvalidFieldsError on `timezone`."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        if not name.startswith(HOST_ONLY):
            return ZoneInfo(name)
    raise refused_parameter("timezone", "must be an IANA time zone, such as Europe/Berlin or UTC.")


def round_up_to_quarter(moment: datetime) -> datetime:
    """The end of the moment's quarter hour, or the moment itself if a quarter hour starts there."""
    return quarter_of(moment + QUARTER - MOMENT)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    return _moments_of(datetime.combine(day, time()), zone)[0]


def split_into_intervals(span: Span) -> list[Period]:
    """The intervals of the span, without gap or overlap; the first and the last are cut to the span.

    For all intervals but WINDOW, which does not follow the calendar. Raises InvalidFieldsError on `interval`.
    """
    start, end = span.start, span.end
    refuse_too_many_points((end - start) // (2 * LONGEST_INTERVALS[span.interval]))  # before they are built
    inner = {moment for moment in _interval_starts(span) if start < moment < end}
    found = [Period(*both) for both in pairwise(sorted({start, end} | inner))]
    refuse_too_many_points(len(found))
    return found


def _interval_starts(span: Span) -> Iterator[datetime]:
    """Where intervals start, from before the span's start to after its end."""
    clock = _interval_start(span.interval, _clock_time(span.start - MAX_CLOCK_CHANGE, span.zone))
    last = _clock_time(span.end + MAX_CLOCK_CHANGE, span.zone)
    while clock <= last:
        first, second = _moments_of(clock, span.zone)
        yield first
        if span.interval is Interval.HOUR:
            yield second
        clock = _interval_start(span.interval, clock + LONGEST_INTERVALS[span.interval])


def _clock_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clock shows at the moment, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _interval_start(interval: Interval, clock: datetime) -> datetime:
    """The clock time at which the interval that contains `clock` starts."""
    if interval is Interval.HOUR:
        return clock.replace(minute=0, second=0, microsecond=0)
    midnight = datetime.combine(clock, time())
    if interval is Interval.WEEK:
        return midnight - timedelta(days=midnight.weekday())
    return midnight.replace(day=1) if interval is Interval.MONTH else midnight


def _moments_of(clock: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which the zone's clock shows a time: the first, and the second after it was put back.

    Both are the same for a time that the clock shows once. Berlin's clock shows 2:30 on 25 October 2026 at
    0:30 and at 1:30 UTC. A time that the clock skipped is read as if the clock had not been put forward. That
    is a quarter hour of UTC, too.
    """
    first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, max(first, second)


def refuse_too_many_points(number: int) -> None:
    """Raises InvalidFieldsError on `interval` for more than MAX_POINTS points."""
    if number > MAX_POINTS:
        detail = (
            f"must be longer, or the time from `from` to `to` shorter: at most {MAX_POINTS} in an answer."
        )
        raise refused_parameter("interval", detail)


def refused_parameter(name: str, detail: str) -> InvalidFieldsError:
    """The error to raise for a query parameter."""
    return InvalidFieldsError(FieldProblem(name, detail, in_query=True))
