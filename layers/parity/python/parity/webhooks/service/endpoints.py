"""Creating, listing, changing and deleting webhook endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.versions import check_version
from parity.dynamodb.optimistic import retry
from parity.webhooks.rules import endpoints as rules
from parity.webhooks.rules.endpoints import MAX_ENDPOINTS
from parity.webhooks.rules.errors import TooManyWebhookEndpointsError
from parity.webhooks.rules.secrets import generate_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.webhooks.rules.endpoints import EndpointDraft, WebhookEndpoint
    from parity.webhooks.store.endpoints import EndpointStore

    Recorder = Callable[[WebhookEndpoint], AnswerRecord | None]


def create_endpoint(
    store: EndpointStore, draft: EndpointDraft, now: datetime, record: Recorder
) -> tuple[WebhookEndpoint, str]:
    """The endpoint and its secret, which is never shown again. Raises TooManyWebhookEndpointsError.

    Several that are created at the same moment may pass the limit.
    """
    if len(store.all()) >= MAX_ENDPOINTS:
        raise TooManyWebhookEndpointsError(MAX_ENDPOINTS)
    endpoint, secret = rules.new_endpoint(draft, now), generate_secret()
    store.create(endpoint, secret, record(endpoint))
    return endpoint, secret


def list_endpoints(store: EndpointStore) -> list[WebhookEndpoint]:
    """Newest first."""
    return sorted(store.all(), key=lambda endpoint: (endpoint.created_on, endpoint.id), reverse=True)


def update_endpoint(
    store: EndpointStore,
    endpoint_id: str,
    changes: Mapping[str, Any],
    now: datetime,
    expected_versions: frozenset[int] | None,
) -> WebhookEndpoint:
    """Replaces these fields. Raises WebhookEndpointNotFoundError, StaleVersionError."""

    def attempt() -> WebhookEndpoint:
        old = store.get(endpoint_id)
        check_version(old.version, expected_versions)
        new = rules.change_endpoint(old, changes, now)
        if new is not old:
            store.replace(new)
        return new

    return retry(attempt)


def rotate_secret(
    store: EndpointStore, endpoint_id: str, now: datetime, record: Recorder
) -> tuple[WebhookEndpoint, str]:
    """The endpoint and its new secret. Raises WebhookEndpointNotFoundError."""
    secret = generate_secret()

    def attempt() -> WebhookEndpoint:
        new = rules.rotate_secret(store.get(endpoint_id), now)
        store.rotate(new, secret, record(new))
        return new

    return retry(attempt), secret


def delete_endpoint(store: EndpointStore, endpoint_id: str) -> None:
    """Raises WebhookEndpointNotFoundError."""
    store.get(endpoint_id)
    store.delete(endpoint_id)
