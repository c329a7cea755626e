"""Query parameters that limit a list by time: a date in UTC, or a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from parity.core.time_ranges import TimeRange
from parity.http.declarations import AfterValidator, Query, WithJsonSchema
from parity.http.moments import MOMENT_OR_DATE, parse_moment

LATEST = datetime(9999, 12, 30, tzinfo=UTC)
DATE_CHARACTERS = len("yyyy-mm-dd")


def _check_time(text: str) -> str:
    if text:
        parse_moment(text)
    return text


TimeFilter = Annotated[
    Annotated[str, WithJsonSchema(MOMENT_OR_DATE)],
    Query(description="A date in UTC or a time as ISO 8601; inclusive, and so is the whole of a last day."),
    AfterValidator(_check_time),
]


def read_time_range(after: str, before: str) -> TimeRange:
    """The range of two parameters; one that was left out is empty."""
    return TimeRange(parse_moment(after) if after else None, _end(before) if before else None)


def _end(text: str) -> datetime:
    """The first moment that is too late: `2026-03-31` gives 1 April, a time the microsecond after it."""
    step = timedelta(days=1) if len(text) == DATE_CHARACTERS else timedelta(microseconds=1)
    return min(parse_moment(text), LATEST) + step
