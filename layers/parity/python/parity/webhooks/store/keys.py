"""Keys of webhook endpoints and deliveries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parity.dynamodb.keys import month

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key


def webhook_endpoints() -> str:
    return "WEBHOOK_ENDPOINTS"


def webhook_endpoint(endpoint_id: str) -> Key:
    return {"PK": webhook_endpoints(), "SK": endpoint_id}


def webhook_health(endpoint_id: str) -> Key:
    """How an endpoint fares; sorts behind it, so that one Query reads both."""
    return {"PK": webhook_endpoints(), "SK": f"{endpoint_id}#HEALTH"}


def webhook_secrets(endpoint_id: str) -> Key:
    """Apart from the endpoints, so that a function may read these and no secret."""
    return {"PK": "WEBHOOK_SECRETS", "SK": endpoint_id}


def webhook_deliveries(endpoint_id: str, month: str) -> str:
    """Deliveries to one endpoint of events of one month (`yyyy-mm`)."""
    return f"WEBHOOK_DELIVERIES#{endpoint_id}#{month}"


def webhook_delivery(endpoint_id: str, created_on: datetime, event_id: str) -> Key:
    """Sorts by when the event happened. No two deliveries have one sort key, whatever their endpoints."""
    sort_key = f"{created_on:%Y-%m-%dT%H:%M:%S.%f}#{event_id}#{endpoint_id}"
    return {"PK": webhook_deliveries(endpoint_id, month(created_on)), "SK": sort_key}


def webhook_delivery_of(key: Key) -> tuple[str, datetime, str]:
    """The endpoint's id, when the event happened, and the event's id."""
    moment, event_id, endpoint_id = key["SK"].split("#")
    return endpoint_id, datetime.fromisoformat(moment).replace(tzinfo=UTC), event_id


def due_webhooks_partition(shard: int) -> str:
    """Deliveries of webhooks by when they are tried again."""
    return f"DUE_WEBHOOKS#{shard:02}"
