"""What the usage of a customer may be asked for (DESIGN.md section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.openapi.params import Query

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.http.moments import parse_moment
from parity.metering.rules.buckets import quarter_of
from parity.usage.rules.intervals import MAX_POINTS, Interval, ceiled, start_of, zone

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_SPAN = timedelta(days=30)

FeatureFilter = Annotated[
    list[str] | None,
    Query(
        alias="featureId",
        description="Identifiers or ids of features, repeated or with commas between. Left out: all metered "
        "ones that the customer has used or is entitled to.",
    ),
]
From = Annotated[
    str | None,
    Query(
        alias="from",
        description="A time as RFC 3339, or a date: its beginning in the time zone. Left out: the day 30 "
        "days before `to`. Usage is kept by quarter hours, so this is rounded down to one, and `to` up.",
    ),
]
To = Annotated[str | None, Query(description="As `from`, and not included itself. Left out: now.")]
IntervalQuery = Annotated[
    Interval,
    Query(
        description=f"At most {MAX_POINTS} at once. WINDOW: the windows in which the entitlement is reset."
    ),
]
TimezoneQuery = Annotated[
    str, Query(description="The IANA name of the zone by whose clock hours, days, weeks and months begin.")
]
FormatQuery = Annotated[
    Literal["json", "csv"] | None,
    Query(alias="format", description="Left out: as the Accept header asks, JSON by default."),
]


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    """What was asked; `features` is None for all, start and end are quarter hours of UTC."""

    features: tuple[str, ...] | None
    start: datetime
    end: datetime
    interval: Interval
    zone: ZoneInfo


def usage_question(  # noqa: PLR0913 - the query parameters
    *,
    features: Iterable[str] | None,
    from_: str | None,
    to: str | None,
    interval: Interval,
    timezone: str,
    now: datetime,
) -> UsageQuestion:
    """Raises InvalidFieldsError that names the parameter."""
    within = zone(timezone)
    end = _moment("to", to, within) if to else now
    start = _moment("from", from_, within) if from_ else _default_start(end, within)
    if start >= end:
        raise _refused("from", "must be before `to`, which is now if it is left out.")
    return UsageQuestion(_identifiers(features or ()), quarter_of(start), ceiled(end), interval, within)


def _default_start(end: datetime, within: ZoneInfo) -> datetime:
    """A day's beginning, so that the first day is a whole one."""
    return start_of((end - DEFAULT_SPAN).astimezone(within).date(), within)


def _identifiers(features: Iterable[str]) -> tuple[str, ...] | None:
    """In the order asked for, each once."""
    parts = (part.strip() for text in features for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part)) or None


def _moment(name: str, text: str, within: ZoneInfo) -> datetime:
    try:
        moment = parse_moment(text)
    except ValueError as error:
        raise _refused(name, str(error)) from error
    return start_of(moment.date(), within) if _is_date(text) else moment


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


def _refused(parameter: str, detail: str) -> InvalidFieldsError:
    return InvalidFieldsError(FieldProblem(parameter, detail, in_query=True))
