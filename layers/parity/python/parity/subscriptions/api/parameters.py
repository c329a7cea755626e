"""How a path names a subscription, and which filters the list of subscriptions takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, WithJsonSchema

from parity.core.identifiers import checked_identifier, is_uuid
from parity.core.text import MAX_CHARACTERS
from parity.http.models import IDENTIFIER_PATTERN
from parity.http.moments import MOMENT_OR_DATE, parse_moment
from parity.http.problem import MAX_NAME_CHARACTERS
from parity.subscriptions.rules.errors import SubscriptionNotFoundError
from parity.subscriptions.rules.subscriptions import SubscriptionStatus
from parity.subscriptions.service.listing import SubscriptionFilter, TimeRange

if TYPE_CHECKING:
    from collections.abc import Mapping

LATEST = datetime(9999, 12, 30, tzinfo=UTC)
DATE_CHARACTERS = len("yyyy-mm-dd")


def _validate_id(subscription_id: str) -> str:
    """The id in lower case. Raises SubscriptionNotFoundError for other text, which never becomes a key."""
    if not is_uuid(subscription_id):
        raise SubscriptionNotFoundError(subscription_id)
    return subscription_id.lower()


SubscriptionId = Annotated[
    str,
    Path(alias="subscriptionId", description="The subscription's id."),
    AfterValidator(unquote),
    AfterValidator(_validate_id),
]


def _validate_statuses(text: str) -> str:
    statuses = _split(text)
    unknown = sorted(set(statuses) - set(SubscriptionStatus))
    if unknown or not statuses:
        wrong = unknown[0] if unknown else text
        raise ValueError(
            f"must be of {', '.join(SubscriptionStatus)}, and not {wrong[:MAX_NAME_CHARACTERS]!r}."
        )
    return text


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _validate_time(text: str) -> str:
    if text:
        parse_moment(text)
    return text


CustomerFilter = Annotated[
    Annotated[
        str, WithJsonSchema({"type": "string", "maxLength": MAX_CHARACTERS, "pattern": IDENTIFIER_PATTERN})
    ],
    Query(description="Only those of this customer."),
    AfterValidator(lambda text: text and checked_identifier(text)),
]
STATUS = "|".join(SubscriptionStatus)
StatusesFilter = Annotated[
    Annotated[
        str,
        WithJsonSchema(
            {"type": "string", "pattern": rf"^[\s,]*(?:{STATUS})(?:\s*,[\s,]*(?:{STATUS}))*[\s,]*$"}
        ),
    ],
    Query(
        description="One or more with commas between. Left out: what is live; with it also what has ended, "
        "and `superseded` records of terms that were replaced."
    ),
    AfterValidator(_validate_statuses),
]
TimeFilter = Annotated[
    Annotated[str, WithJsonSchema(MOMENT_OR_DATE)],
    Query(description="A date in UTC or a time as ISO 8601; inclusive, and so is the whole of a last day."),
    AfterValidator(_validate_time),
]


def read_filter(parameters: Mapping[str, str]) -> SubscriptionFilter:
    """Reads the filter from the query parameters by name; one that was left out is empty."""
    return SubscriptionFilter(
        customer_id=parameters["customer_id"] or None,
        statuses=frozenset(map(SubscriptionStatus, _split(parameters["status"]))) or None,
        started=_time_range(parameters["start_date_after"], parameters["start_date_before"]),
        modified=_time_range(parameters["modified_on_after"], parameters["modified_on_before"]),
    )


def _time_range(after: str, before: str) -> TimeRange:
    return TimeRange(parse_moment(after) if after else None, _end(before) if before else None)


def _end(text: str) -> datetime:
    """The first moment that is too late: `2026-03-31` gives 1 April, a time the microsecond after it."""
    step = timedelta(days=1) if len(text) == DATE_CHARACTERS else timedelta(microseconds=1)
    return min(parse_moment(text), LATEST) + step
