"""The query parameters of usage over time (docs/usage.md, "Usage over time")."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from parity.http.declarations import Query, WithJsonSchema
from parity.http.moments import MOMENT_OR_DATE, parse_moment
from parity.metering.rules.buckets import quarter_of
from parity.usage.rules.intervals import (
    MAX_POINTS,
    Interval,
    Span,
    find_zone,
    refused_parameter,
    round_up_to_quarter,
    start_of_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

DEFAULT_SPAN = timedelta(days=30)

FeatureFilter = Annotated[
    list[str] | None,
    Query(
        alias="featureId",
        description="Identifiers or ids of features, repeated or with commas between. Left out: all metered "
        "ones that the customer has used or is entitled to.",
    ),
]
MomentText = Annotated[str, WithJsonSchema(MOMENT_OR_DATE)]
From = Annotated[
    MomentText | None,
    Query(
        alias="from",
        description="A time as RFC 3339, or a date for its start in the time zone. Left out: the start of "
        "the day 30 days before `to`. Usage is kept by quarter hours: this is rounded down, and `to` up.",
    ),
]
To = Annotated[MomentText | None, Query(description="As `from`, and not included itself. Left out: now.")]
IntervalQuery = Annotated[
    Interval,
    Query(description=f"At most {MAX_POINTS} in an answer. WINDOW: the windows in which usage is reset."),
]
TimezoneQuery = Annotated[
    str, Query(description="The IANA name of the zone by whose clock hours, days, weeks and months begin.")
]
FormatQuery = Annotated[
    Literal["json", "csv"] | None,
    Query(alias="format", description="Left out: as the Accept header asks, JSON by default."),
]


def read_features(texts: Iterable[str] | None) -> tuple[str, ...] | None:
    """The features that `featureId` names, in that order and each once; None for all if it is left out.

    `["a,b", "a", "c"]` gives `("a", "b", "c")`. Raises InvalidFieldsError where commas are all that it has.
    """
    if texts is None:
        return None
    names = (name.strip() for text in texts for name in text.split(","))
    features = tuple(dict.fromkeys(name for name in names if name))
    if not features:
        raise refused_parameter("featureId", "must name a feature; leave it out for all of them.")
    return features


def read_span(from_: str | None, to: str | None, interval: Interval, timezone: str, now: datetime) -> Span:
    """The span that the parameters ask for, rounded out to quarter hours of UTC.

    Raises InvalidFieldsError that names the parameter.
    """
    zone = find_zone(timezone)
    end = _read_moment("to", to, zone) if to else now
    start = _read_moment("from", from_, zone) if from_ else _default_start(end, zone)
    if start >= end:
        raise refused_parameter("from", "must be before `to`, which is now if it is left out.")
    return Span(quarter_of(start), round_up_to_quarter(end), interval, zone)


def _default_start(end: datetime, zone: ZoneInfo) -> datetime:
    """The start of a day, so that the first day is a whole one."""
    return start_of_day((end - DEFAULT_SPAN).astimezone(zone).date(), zone)


def _read_moment(name: str, text: str, zone: ZoneInfo) -> datetime:
    """A time, or the start of a date in the zone."""
    try:
        moment = parse_moment(text)
    except ValueError as error:
        raise refused_parameter(name, str(error)) from error
    return start_of_day(moment.date(), zone) if _is_date(text) else moment


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def wants_csv(asked: str | None, accept: str | None) -> bool:
    """Whether the answer is to be CSV: by the parameter, else by what the Accept header names first."""
    types = [part.split(";")[0].strip().lower() for part in (accept or "").split(",")]
    known = [name for name in types if name in {"application/json", "text/csv"}]
    return asked == "csv" or (asked is None and known[:1] == ["text/csv"])
