"""Times as callers write them, and how far from now they may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.http.declarations import BeforeValidator, WithJsonSchema

EXAMPLE = "2026-03-02T09:15:04Z"
YEARS = range(1970, 2500)
MAX_YEARS_AWAY = 10
MAX_AWAY = timedelta(days=366 * MAX_YEARS_AWAY)


def parse_moment(text: Any) -> datetime:  # noqa: ANN401
    """The time in UTC of a text in ISO 8601. Without an offset it is UTC; a date is its beginning.

    A `+` that was not percent-encoded in a query arrives as a space, and is read as `+`. Raises ValueError.
    """
    if not isinstance(text, str):
        raise ValueError(f"must be a time as text, such as {EXAMPLE}.")  # noqa: TRY004 - what pydantic takes
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"must be a time such as {EXAMPLE}.") from error
    if moment.year not in YEARS:
        raise ValueError(f"must be between the years {YEARS.start} and {YEARS.stop - 1}.")
    return moment


def require_future(field: str, moment: datetime, now: datetime) -> datetime:
    """The moment. Raises InvalidFieldsError if it is past, or more than ten years ahead."""
    if moment <= now:
        raise InvalidFieldsError(FieldProblem(field, "must not be in the past."))
    return require_near(field, moment, now)


def require_near(field: str, moment: datetime, now: datetime) -> datetime:
    """The moment. Raises InvalidFieldsError if it is more than ten years before or after now."""
    if abs(moment - now) > MAX_AWAY:
        raise InvalidFieldsError(FieldProblem(field, f"must be within {MAX_YEARS_AWAY} years."))
    return moment


MOMENT_OR_DATE = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}
"""The schema of a query parameter for which a date differs from the time at its beginning."""

Moment = Annotated[
    datetime, BeforeValidator(parse_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
