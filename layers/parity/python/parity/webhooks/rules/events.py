"""Events as webhooks send them (docs/contract.md, "Webhooks")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from parity.core.times import from_iso, to_iso
from parity.webhooks.rules.event_types import TEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """`envelope` is what is sent: `{"id", "type", "created_at", "data"}`."""

    envelope: Mapping[str, Any]

    @property
    def id(self) -> str:
        """A UUID, always the same for the same event."""
        return str(self.envelope["id"])

    @property
    def type(self) -> str:
        return str(self.envelope["type"])

    @property
    def created_on(self) -> datetime:
        return from_iso(self.envelope["created_at"])

    def to_body(self) -> bytes:
        """Compact JSON. Requests that are sent again have the same bytes, so they are kept."""
        return json.dumps(self.envelope, ensure_ascii=False, separators=(",", ":")).encode()


def read_event(envelope: Mapping[str, Any]) -> WebhookEvent:
    """Raises ValueError, KeyError or TypeError for an object that is no event."""
    event = WebhookEvent(envelope)
    UUID(event.id)
    if not event.created_on.tzinfo or not isinstance(envelope["data"]["object"], dict):
        raise ValueError("the event has no time, or no object")
    return event


def new_test_event(endpoint_id: str, organisation: str, now: datetime) -> WebhookEvent:
    """An event that tells of nothing, for one endpoint."""
    tested = {
        "id": str(uuid4()),
        "object": "webhook_test",
        "endpoint": endpoint_id,
        "organization": organisation,
    }
    return WebhookEvent(
        {"id": str(uuid4()), "type": TEST, "created_at": to_iso(now), "data": {"object": tested}}
    )
