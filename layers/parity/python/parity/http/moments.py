"""Times as callers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

EXAMPLE = "2026-03-02T09:15:04Z"
YEARS = range(1970, 2500)


def moment_of(text: Any) -> datetime:  # noqa: ANN401
    """ISO 8601, in UTC unless it says otherwise; a date is its beginning. Raises ValueError.

    A `+` that was not percent-encoded in a query arrives as a space.
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


Moment = Annotated[
    datetime, BeforeValidator(moment_of), WithJsonSchema({"type": "string", "format": "date-time"})
]
