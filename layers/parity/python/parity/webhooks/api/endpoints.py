"""Requests and answers about webhook endpoints (docs/webhooks.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from parity.http.declarations import AfterValidator, Field, Path, Response, StrictBool, WithJsonSchema
from parity.http.models import Description, RequestModel, ResponseModel, Timestamp
from parity.http.preconditions import response_with_etag
from parity.webhooks.api.settings import allows_loopback
from parity.webhooks.rules.endpoints import DisabledReason, EndpointDraft
from parity.webhooks.rules.event_types import EventType
from parity.webhooks.rules.secrets import Signature, show_secret
from parity.webhooks.rules.urls import MAX_CHARACTERS, URL_PATTERN, checked_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.webhooks.rules.endpoints import WebhookEndpoint


def _checked_url(url: str) -> str:
    return checked_url(url, allows_loopback=allows_loopback())


def _sorted_types(types: tuple[EventType, ...]) -> tuple[EventType, ...]:
    return tuple(each for each in EventType if each in types)


def _standard_signature() -> Signature:
    return Signature.STANDARD


EndpointPath = Annotated[str, Path(alias="endpointId", description="The endpoint's id.")]
Url = Annotated[
    str,
    AfterValidator(_checked_url),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": MAX_CHARACTERS,
            "pattern": URL_PATTERN,
            "description": "Where events are sent: HTTPS, with a domain name.",
        }
    ),
]
EventTypes = Annotated[
    tuple[EventType, ...],
    Field(min_length=1, max_length=100),
    AfterValidator(_sorted_types),
]


class WebhookEndpointCreate(RequestModel):
    url: Url
    event_types: Annotated[
        EventTypes | None, Field(description="What it is told of; null for all, those to come included.")
    ] = None
    description: Description | None = None
    signature: Signature = Signature.STANDARD
    enabled: StrictBool = True

    def to_draft(self) -> EndpointDraft:
        return EndpointDraft(
            url=self.url,
            event_types=self.event_types,
            description=self.description,
            signature=self.signature,
            enabled=self.enabled,
        )


class WebhookEndpointUpdate(RequestModel):
    """A field left out stays as it is. Null clears the description, and stands for all event types."""

    url: Annotated[Url, Field(default_factory=str)]
    event_types: EventTypes | None = None
    description: Description | None = None
    signature: Annotated[Signature, Field(default_factory=_standard_signature)]
    enabled: Annotated[StrictBool, Field(default_factory=bool)]

    def changes(self) -> Mapping[str, Any]:
        """The fields that were sent, so that a default is never used."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class WebhookEndpointModel(ResponseModel):
    """An endpoint without its secret."""

    id: str
    url: str
    event_types: list[EventType] | None
    description: str | None
    signature: Signature
    enabled: bool
    disabled_reason: DisabledReason | None
    failing_since: Timestamp | None
    previous_secret_until: Timestamp | None
    version: int
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, **more: str | None) -> Self:
        return cls(
            id=endpoint.id,
            url=endpoint.url,
            event_types=None if endpoint.event_types is None else list(endpoint.event_types),
            description=endpoint.description,
            signature=endpoint.signature,
            enabled=endpoint.is_enabled,
            disabled_reason=endpoint.disabled_reason,
            failing_since=endpoint.health.failing_since,
            previous_secret_until=endpoint.previous_secret_until,
            version=endpoint.version,
            created_on=endpoint.created_on,
            modified_on=endpoint.modified_on,
            **more,
        )


class WebhookEndpointWithSecret(WebhookEndpointModel):
    secret: Annotated[
        str | None,
        Field(description="In this answer only. Null in a replayed answer, which is kept without it."),
    ]


class WebhookEndpointList(ResponseModel):
    """All endpoints, newest first; an organisation has few."""

    count: int
    next: None = None
    previous: None = None
    results: list[WebhookEndpointModel]


def _with_secret(endpoint: WebhookEndpoint, secret: str | None = None) -> WebhookEndpointWithSecret:
    """The answer that is kept for a replay is made without the secret (docs/decisions/0007)."""
    shown = show_secret(secret, endpoint.signature) if secret else None
    return WebhookEndpointWithSecret.of(endpoint, secret=shown)


def endpoint_response(endpoint: WebhookEndpoint) -> Response[WebhookEndpointModel]:
    """200 with the endpoint and its ETag."""
    return response_with_etag(WebhookEndpointModel.of(endpoint), endpoint.version)


def created_endpoint_response(
    endpoint: WebhookEndpoint, secret: str | None = None
) -> Response[WebhookEndpointWithSecret]:
    """201 with the endpoint, its secret, its ETag and its address."""
    location = f"/api/v1/webhook-endpoints/{endpoint.id}"
    return response_with_etag(_with_secret(endpoint, secret), endpoint.version, 201, location)


def rotated_secret_response(
    endpoint: WebhookEndpoint, secret: str | None = None
) -> Response[WebhookEndpointWithSecret]:
    """200 with the endpoint, its new secret and its ETag."""
    return response_with_etag(_with_secret(endpoint, secret), endpoint.version)
