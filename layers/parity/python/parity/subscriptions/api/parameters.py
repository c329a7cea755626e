"""How a path names a subscription, and which filters the list of subscriptions takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

from parity.core.identifiers import is_uuid
from parity.http.declarations import AfterValidator, Path, Query, WithJsonSchema
from parity.http.problem import MAX_NAME_CHARACTERS
from parity.http.time_filters import read_time_range
from parity.subscriptions.rules.errors import SubscriptionNotFoundError
from parity.subscriptions.rules.subscriptions import SubscriptionStatus
from parity.subscriptions.service.listing import SubscriptionFilter

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def read_filter(parameters: Mapping[str, str]) -> SubscriptionFilter:
    """Reads the filter from the query parameters by name; one that was left out is empty."""
    return SubscriptionFilter(
        customer_id=parameters["customer_id"] or None,
        statuses=frozenset(map(SubscriptionStatus, _split(parameters["status"]))) or None,
        started=read_time_range(parameters["start_date_after"], parameters["start_date_before"]),
        modified=read_time_range(parameters["modified_on_after"], parameters["modified_on_before"]),
    )
