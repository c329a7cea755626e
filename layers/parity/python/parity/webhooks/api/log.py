"""The log of webhooks as it goes over the wire (docs/webhooks.md, "The log")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import unquote

from parity.core.text import MAX_CHARACTERS
from parity.http.declarations import AfterValidator, Field, Path, Query, WithJsonSchema
from parity.http.models import ResponseModel, Timestamp
from parity.http.paging import PageModel
from parity.http.time_filters import read_time_range
from parity.webhooks.rules.deliveries import DeliveryStatus, Failure
from parity.webhooks.rules.event_types import TEST, EventType
from parity.webhooks.service.log import DeliveryFilter, LogStores
from parity.webhooks.store.deliveries import delivery_store
from parity.webhooks.store.endpoints import endpoint_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.webhooks.rules.deliveries import Attempt, Delivery

DeliveryPath = Annotated[
    str, Path(alias="deliveryId", description="The `id` of an entry in the log."), AfterValidator(unquote)
]
EndpointFilter = Annotated[
    str, Query(max_length=MAX_CHARACTERS, description="Only what was sent to the endpoint with this id.")
]
TYPES = [*EventType, TEST]


def _check_type(text: str) -> str:
    if text and text not in TYPES:
        raise ValueError(f"must be one of {', '.join(TYPES)}.")
    return text


EventTypeFilter = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "enum": TYPES})],
    Query(alias="eventType", description="Only events of this type."),
    AfterValidator(_check_type),
]
SuccessFilter = Annotated[
    Literal["true", "false"] | None,
    Query(alias="isSuccess", description="Only those whose last attempt was successful, or was not."),
]


class WebhookAttempt(ResponseModel):
    """One request. `statusCode` is null if no answer began."""

    on: Timestamp
    status_code: int | None
    failure: Failure | None
    duration_milliseconds: int
    answer: Annotated[str, Field(description="The first 1,000 characters of the answer's body.")]

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        outcome = attempt.outcome
        return cls(
            on=attempt.on,
            status_code=outcome.status,
            failure=outcome.failure,
            duration_milliseconds=outcome.duration_milliseconds,
            answer=outcome.answer,
        )


class WebhookDeliveryModel(ResponseModel):
    """One event on its way to one endpoint."""

    id: str
    event_id: str
    event_type: str
    endpoint: str
    status: DeliveryStatus
    status_code: int | None
    is_success: bool
    failure: Failure | None
    retry_count: int
    last_attempt: Timestamp | None
    next_attempt: Timestamp | None
    created_on: Timestamp
    payload: dict[str, Any]
    attempts: list[WebhookAttempt]

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        last = delivery.last_attempt
        return cls(
            id=str(delivery.id),
            event_id=delivery.id.event_id,
            event_type=delivery.event_type,
            endpoint=delivery.id.endpoint_id,
            status=delivery.status,
            status_code=last.outcome.status if last else None,
            is_success=last is not None and last.outcome.is_delivered,
            failure=delivery.failure,
            retry_count=max(delivery.attempts_made - 1, 0),
            last_attempt=last.on if last else None,
            next_attempt=delivery.due_on,
            created_on=delivery.id.created_on,
            payload=json.loads(delivery.body),
            attempts=[WebhookAttempt.of(attempt) for attempt in delivery.attempts],
        )


WebhookDeliveryPage = PageModel[WebhookDeliveryModel]


class WebhookRequested(ResponseModel):
    """What will be sent in a moment. The log shows what became of it."""

    delivery_id: str
    event_id: str

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls(delivery_id=str(delivery.id), event_id=delivery.id.event_id)


def log_stores() -> LogStores:
    return LogStores(delivery_store(), endpoint_store())


def read_filter(parameters: Mapping[str, str]) -> DeliveryFilter:
    """Reads the filter from the query parameters by name; one that was left out is empty."""
    success = parameters["is_success"]
    return DeliveryFilter(
        endpoint_id=parameters["endpoint"] or None,
        event_type=parameters["event_type"] or None,
        is_success=success == "true" if success else None,
        last_attempt=read_time_range(parameters["start_date"], parameters["end_date"]),
    )
