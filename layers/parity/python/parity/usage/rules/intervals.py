"""The hours, days, weeks and months of a time zone, which usage is shown by.

They follow the zone's own clock: a day has 23 or 25 hours where the clock is changed, an hour of Kathmandu
begins 15 minutes after one of UTC, and a day that a zone leaves out is no interval.
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
from parity.core.periods import Period
from parity.metering.rules.buckets import MOMENT, QUARTER, quarter_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from parity.core.numbers import Number

MAX_POINTS = 10_000
CLOCK_CHANGE = timedelta(days=1)
"""The most that any clock was ever changed by."""
HOST_ONLY = ("posix/", "right/", "posixrules", "localtime")
"""Files beside the zones, on some machines: a host's own setting, and clocks that count leap seconds."""


class Interval(StrEnum):
    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    WINDOW = "WINDOW"
    """The windows in which the entitlement itself is reset."""


LONGEST = {
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
    Interval.WEEK: timedelta(weeks=1),
    Interval.MONTH: timedelta(days=31),
}
"""On a clock that is never changed."""


@dataclass(frozen=True, slots=True)
class Point:
    """The usage of one interval; `usage_limit` is that of the window, None where there is none."""

    period: Period
    value: Number
    usage_limit: int | None = None


@dataclass(frozen=True, slots=True)
class UsageSeries:
    """The usage of one feature over time; `usage_limit` is the limit that applies now."""

    feature: str
    total: Number
    usage_limit: int | None
    points: tuple[Point, ...]


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises InvalidFieldsError on `timezone`."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        if not name.startswith(HOST_ONLY):
            return ZoneInfo(name)
    raise _refused("timezone", "must be an IANA time zone, such as Europe/Berlin or UTC.")


def ceiled(moment: datetime) -> datetime:
    """The end of the moment's quarter hour, or the moment if one starts there."""
    return quarter_of(moment + QUARTER - MOMENT)


def start_of(day: date, timezone: ZoneInfo) -> datetime:
    return _moments(datetime.combine(day, time()), timezone)[0]


def points(interval: Interval, timezone: ZoneInfo, start: datetime, end: datetime) -> list[Period]:
    """The zone's intervals from start to end, without gap or overlap; the first and the last are cut to fit.

    For all intervals but WINDOW, which is no matter of the calendar. Raises InvalidFieldsError on `interval`.
    """
    check_number((end - start) // (2 * LONGEST[interval]))  # before building what would be refused
    inner = {moment for moment in _starts(interval, timezone, start, end) if start < moment < end}
    found = [Period(*both) for both in pairwise(sorted({start, end} | inner))]
    check_number(len(found))
    return found


def _starts(interval: Interval, timezone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Where intervals start, from some before the start to some after the end."""
    current = _beginning(interval, _shown(start - CLOCK_CHANGE, timezone))
    last = _shown(end + CLOCK_CHANGE, timezone)
    while current <= last:
        first, again = _moments(current, timezone)
        yield first
        if interval is Interval.HOUR:
            yield again
        current = _beginning(interval, current + LONGEST[interval])


def _shown(moment: datetime, timezone: ZoneInfo) -> datetime:
    """What the zone's clock shows."""
    return moment.astimezone(timezone).replace(tzinfo=None)


def _beginning(interval: Interval, shown: datetime) -> datetime:
    if interval is Interval.HOUR:
        return shown.replace(minute=0, second=0, microsecond=0)
    midnight = datetime.combine(shown, time())
    if interval is Interval.WEEK:
        return midnight - timedelta(days=midnight.weekday())
    return midnight.replace(day=1) if interval is Interval.MONTH else midnight


def _moments(shown: datetime, timezone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the zone's clock first shows it, and shows it again where it is put back; else both are the same.

    What a clock put forward leaves out is where it would have been: so it stays on a quarter hour of UTC.
    """
    first, second = (shown.replace(tzinfo=timezone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, max(first, second)


def check_number(number: int) -> None:
    """Raises InvalidFieldsError on `interval` where there would be too many points."""
    if number > MAX_POINTS:
        detail = f"must be longer, or the time from `from` to `to` shorter: at most {MAX_POINTS} at once."
        raise _refused("interval", detail)


def _refused(parameter: str, detail: str) -> InvalidFieldsError:
    return InvalidFieldsError(FieldProblem(parameter, detail, in_query=True))
