"""Webhook endpoints: who is told of which events, and how an endpoint fares."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from parity.core.versions import is_identical
from parity.webhooks.rules.secrets import OVERLAP

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.webhooks.rules.event_types import EventType
    from parity.webhooks.rules.secrets import Signature

MAX_ENDPOINTS = 20
LANES = 5
"""How many requests one endpoint may have at a time. The delivery function has a run for each lane of each
endpoint, so that none ever waits for another."""

ID_BYTES = 8

FAILURES_BEFORE_PAUSE = 5
PAUSE = timedelta(minutes=1)
MAX_FAILING = timedelta(days=5)
"""An endpoint that fails for longer is disabled."""


class DisabledReason(StrEnum):
    """Who disabled an endpoint: a person, or Parity because it failed for days."""

    BY_HAND = "BY_HAND"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares since its last success.

    `failures` counts the requests that failed, `failing_since` is the time of the first. Until `paused_until`
    nothing is sent to it by itself: what is due waits for its next attempt.
    """

    failures: int = 0
    failing_since: datetime | None = None
    paused_until: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until

    def has_failed_for_days(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= MAX_FAILING


HEALTHY = Health()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """`event_types` is None for all types. `disabled_reason` is None while it is enabled."""

    id: str
    url: str
    event_types: tuple[EventType, ...] | None
    description: str | None
    signature: Signature
    disabled_reason: DisabledReason | None
    previous_secret_until: datetime | None
    version: int
    created_on: datetime
    modified_on: datetime
    health: Health = HEALTHY

    @property
    def is_enabled(self) -> bool:
        return self.disabled_reason is None

    def wants(self, event_type: str) -> bool:
        return self.is_enabled and (self.event_types is None or event_type in self.event_types)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDraft:
    """What a caller chooses of a new endpoint."""

    url: str
    event_types: tuple[EventType, ...] | None
    description: str | None
    signature: Signature
    enabled: bool


def new_endpoint(draft: EndpointDraft, now: datetime) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=f"we_{secrets.token_hex(ID_BYTES)}",
        url=draft.url,
        event_types=draft.event_types,
        description=draft.description,
        signature=draft.signature,
        disabled_reason=None if draft.enabled else DisabledReason.BY_HAND,
        previous_secret_until=None,
        version=1,
        created_on=now,
        modified_on=now,
    )


def change_endpoint(endpoint: WebhookEndpoint, changes: Mapping[str, Any], now: datetime) -> WebhookEndpoint:
    """The endpoint with these fields replaced, or the same object if nothing differs.

    `enabled` says whether it is to be enabled. One that is enabled again is healthy until it fails. One that
    Parity has disabled and a person disables, too, was disabled by hand from then on.
    """
    fields = dict(changes)
    enabled = fields.pop("enabled", None)
    if enabled is False:
        fields["disabled_reason"] = DisabledReason.BY_HAND
    elif enabled and not endpoint.is_enabled:
        fields |= {"disabled_reason": None, "health": HEALTHY}
    new = replace(endpoint, **fields)
    if is_identical(new, endpoint):
        return endpoint
    return replace(new, version=endpoint.version + 1, modified_on=now)


def rotate_secret(endpoint: WebhookEndpoint, now: datetime) -> WebhookEndpoint:
    """The endpoint after its secret was replaced; the one before is good for a day, where it can be."""
    return replace(
        endpoint,
        previous_secret_until=now + OVERLAP if endpoint.signature.has_overlap else None,
        version=endpoint.version + 1,
        modified_on=now,
    )


def disable_failed(endpoint: WebhookEndpoint, now: datetime) -> WebhookEndpoint:
    return replace(
        endpoint, disabled_reason=DisabledReason.FAILED, version=endpoint.version + 1, modified_on=now
    )


def health_after(health: Health, now: datetime, *, delivered: bool) -> Health:
    """How the endpoint fares after one more request."""
    if delivered:
        return HEALTHY
    failures = health.failures + 1
    return Health(
        failures=failures,
        failing_since=health.failing_since or now,
        paused_until=now + PAUSE if failures >= FAILURES_BEFORE_PAUSE else None,
    )
