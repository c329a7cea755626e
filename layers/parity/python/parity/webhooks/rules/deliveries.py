"""Deliveries: one event on its way to one endpoint, with its attempts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from parity.core.times import from_micros, to_micros

if TYPE_CHECKING:
    from parity.webhooks.rules.events import WebhookEvent

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=18),
)
"""How long a delivery waits after its first attempt, after the second one, and so on: three days in all."""

RETENTION = timedelta(days=30)
"""How long a delivery stays in the log."""

MAX_ATTEMPTS_KEPT = 20
MAX_ANSWER_CHARACTERS = 1000

ID = re.compile("wd_([0-9a-f]{16})([0-9a-f]{14})([0-9a-f]{32})")


class DeliveryStatus(StrEnum):
    """`WAITING` for the next attempt, `DELIVERED`, or `FAILED`: no further attempt is made by itself."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Failure(StrEnum):
    """Why an attempt got no answer, or was not made."""

    NAME_NOT_FOUND = "NAME_NOT_FOUND"
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    CONNECTION_FAILED = "CONNECTION_FAILED"
    TLS_FAILED = "TLS_FAILED"
    TIMED_OUT = "TIMED_OUT"
    ANSWER_INCOMPLETE = "ANSWER_INCOMPLETE"
    ENDPOINT_PAUSED = "ENDPOINT_PAUSED"
    ENDPOINT_DISABLED = "ENDPOINT_DISABLED"
    ENDPOINT_DELETED = "ENDPOINT_DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one request. `status` is None if no answer began; `answer` is its start, as text."""

    status: int | None = None
    failure: Failure | None = None
    answer: str = ""
    duration_milliseconds: int = 0

    @property
    def is_delivered(self) -> bool:
        """Any 2xx whose answer arrived as a whole."""
        is_success = self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES
        return is_success and self.failure is None


@dataclass(frozen=True, slots=True)
class Attempt:
    on: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DeliveryId:
    """Names a delivery. Its text says where the delivery is stored, so that it can be read by that alone."""

    endpoint_id: str
    created_on: datetime
    event_id: str

    def __str__(self) -> str:
        endpoint = self.endpoint_id.removeprefix("we_")
        return f"wd_{endpoint}{to_micros(self.created_on):014x}{UUID(self.event_id).hex}"


def parse_delivery_id(text: str) -> DeliveryId | None:
    """None if no delivery can have this id."""
    parts = ID.fullmatch(text)
    if parts is None:
        return None
    endpoint, micros, event = parts.groups()
    return DeliveryId(f"we_{endpoint}", from_micros(int(micros, 16)), str(UUID(event)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`body` is what is sent, the same bytes each time. `tries` counts what was due, sent or not.

    `due_on` is when the next attempt is due, None if there is none.
    """

    id: DeliveryId
    event_type: str
    body: bytes
    status: DeliveryStatus = DeliveryStatus.WAITING
    attempts: tuple[Attempt, ...] = ()
    attempts_made: int = 0
    tries: int = 0
    due_on: datetime | None = None
    failure: Failure | None = None
    version: int = 0

    @property
    def last_attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None


def new_delivery(event: WebhookEvent, endpoint_id: str) -> Delivery:
    return Delivery(
        id=DeliveryId(endpoint_id, event.created_on, event.id), event_type=event.type, body=event.to_body()
    )


def record_attempt(delivery: Delivery, attempt: Attempt, *, by_itself: bool) -> Delivery:
    """The delivery after one more request. One that a person asked for leaves the plan of further ones."""
    outcome = attempt.outcome
    recorded = replace(
        delivery,
        attempts=(*delivery.attempts, attempt)[-MAX_ATTEMPTS_KEPT:],
        attempts_made=delivery.attempts_made + 1,
        failure=outcome.failure,
        version=delivery.version + 1,
    )
    if outcome.is_delivered:
        return replace(recorded, status=DeliveryStatus.DELIVERED, due_on=None)
    if by_itself:
        return _plan_next(recorded, attempt.on)
    return replace(recorded, status=DeliveryStatus.WAITING if delivery.due_on else DeliveryStatus.FAILED)


def postpone(delivery: Delivery, failure: Failure, now: datetime) -> Delivery:
    """The delivery after an attempt that was due and not made."""
    return _plan_next(replace(delivery, failure=failure, version=delivery.version + 1), now)


def give_up(delivery: Delivery, failure: Failure) -> Delivery:
    return replace(
        delivery,
        status=DeliveryStatus.FAILED,
        failure=failure,
        due_on=None,
        version=delivery.version + 1,
    )


def _plan_next(delivery: Delivery, now: datetime) -> Delivery:
    tries = delivery.tries + 1
    if tries > len(PAUSES):
        return replace(delivery, tries=tries, status=DeliveryStatus.FAILED, due_on=None)
    return replace(delivery, tries=tries, status=DeliveryStatus.WAITING, due_on=now + PAUSES[tries - 1])
