"""Raw events: what a customer did, as a product reports it (docs/contract.md, "Events").

Two events are the same if they have the same customer and idempotency key. The timestamp that was sent first
counts. How far apart the timestamps may be is in docs/decisions/0037.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from parity.core.errors import FieldProblem, IdempotencyKeyReusedError, InvalidFieldsError, ParityError
from parity.core.identifiers import normalize_identifier
from parity.core.text import MAX_CHARACTERS, NOT_UTF_8, REPLACEMENT_CHARACTER
from parity.core.times import to_iso
from parity.metering.rules.errors import TimestampInFutureError, TimestampTooOldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_KEY_BYTES = 1000
"""The key is a sort key, and DynamoDB's have at most 1,024 bytes."""

MAX_PROPERTIES_BYTES = 16 * 1024
MAX_LEAD = timedelta(minutes=5)
"""How far in the future an event may be: senders' clocks may be ahead."""

CLIENT_FORM = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d?:\d\d?\.\d{1,6}", re.ASCII)
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
TIMESTAMP_RULE = (
    "must be a time as in RFC 3339, such as 2026-03-02T09:20:11.004217Z, or as the client libraries write it "
    "in UTC, such as 2026-03-02 09:20:11.004217."
)


class Outcome(StrEnum):
    """What became of an event that is valid: stored now, or stored before."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


class EventKeyReusedError(IdempotencyKeyReusedError):
    """The customer has a different event under this idempotency key."""

    def __init__(self) -> None:
        ParityError.__init__(
            self,
            "This idempotencyKey was sent before with another eventName, properties or resourceId. "
            "Send an event again as it was, and give a new event a key of its own.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event as a caller sends it. Only the types of its fields have been checked."""

    customer_id: str
    name: str
    idempotency_key: str
    timestamp: str
    properties: Mapping[str, Any] | None = None
    resource_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEvent:
    """`timestamp` is when it happened, `received_on` when it was ingested; both in UTC."""

    customer_id: str
    name: str
    idempotency_key: str
    timestamp: datetime
    properties: Mapping[str, Any] | None
    resource_id: str | None
    received_on: datetime

    @property
    def hour(self) -> datetime:
        """The start of the hour in which it happened."""
        return self.timestamp.replace(minute=0, second=0, microsecond=0)


def new_event(draft: EventDraft, *, now: datetime, horizon: timedelta) -> UsageEvent:
    """The event that a caller sends now. An event may be as old as the `horizon`.

    Raises TimestampInFutureError, TimestampTooOldError, or InvalidFieldsError for anything else.
    """
    if problems := tuple(_problems(draft)):
        raise InvalidFieldsError(*problems)
    timestamp = parse_timestamp(draft.timestamp)
    _check_range(timestamp, now, horizon)
    return UsageEvent(
        customer_id=normalize_identifier(draft.customer_id),
        name=draft.name,
        idempotency_key=draft.idempotency_key,
        timestamp=timestamp,
        properties=draft.properties,
        resource_id=draft.resource_id,
        received_on=now,
    )


def _problems(draft: EventDraft) -> Iterator[FieldProblem]:
    yield from _text_problems("customerId", normalize_identifier(draft.customer_id))
    yield from _text_problems("eventName", draft.name)
    yield from _text_problems("idempotencyKey", draft.idempotency_key)
    if not is_possible_key(draft.idempotency_key[:MAX_CHARACTERS]):
        yield FieldProblem("idempotencyKey", f"must have at most {MAX_KEY_BYTES} bytes in UTF-8.")
    if draft.resource_id is not None:
        yield from _text_problems("resourceId", draft.resource_id)
    if draft.properties is not None:
        yield from _properties_problems(draft.properties)
    if not _is_timestamp(draft.timestamp):
        yield FieldProblem("timestamp", TIMESTAMP_RULE)


def _text_problems(field: str, text: str) -> Iterator[FieldProblem]:
    if not 0 < len(text) <= MAX_CHARACTERS:
        yield FieldProblem(field, f"must have 1 to {MAX_CHARACTERS} characters; it has {len(text)}.")
    if REPLACEMENT_CHARACTER in text:
        yield FieldProblem(field, NOT_UTF_8)


def _properties_problems(properties: Mapping[str, Any]) -> Iterator[FieldProblem]:
    text = properties_text(properties)
    if (size := len(text.encode())) > MAX_PROPERTIES_BYTES:
        detail = f"must have at most {MAX_PROPERTIES_BYTES} bytes as JSON; it has {size}."
        yield FieldProblem("properties", detail)
    if REPLACEMENT_CHARACTER in text:
        yield FieldProblem("properties", NOT_UTF_8)


def is_possible_key(text: str) -> bool:
    """Whether a text is short enough to be an idempotency key."""
    return len(text) <= MAX_CHARACTERS and len(text.encode()) <= MAX_KEY_BYTES


def _is_timestamp(text: str) -> bool:
    try:
        parse_timestamp(text)
    except ValueError:
        return False
    return True


def parse_timestamp(text: str) -> datetime:
    """The time in UTC, to the microsecond. Raises ValueError.

    A time in the form of the client libraries has no offset and is in UTC: `2026-03-02 09:20:11.004217`.
    """
    try:
        return _parse(text)
    except (ValueError, OverflowError) as error:  # such as February 30, or a time before the year 1 in UTC
        raise ValueError(TIMESTAMP_RULE) from error


def _parse(text: str) -> datetime:
    if CLIENT_FORM.fullmatch(text):
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    if RFC_3339.fullmatch(text):
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    raise ValueError


def _check_range(timestamp: datetime, now: datetime, horizon: timedelta) -> None:
    if timestamp - now > MAX_LEAD:
        detail = f"must not be more than 5 minutes in the future; it is {to_iso(now)} here."
        raise TimestampInFutureError(FieldProblem("timestamp", detail))
    if now - timestamp > horizon:
        detail = f"must not be more than {horizon.days} days ago; it is {to_iso(now)} here."
        raise TimestampTooOldError(FieldProblem("timestamp", detail))


def properties_text(properties: Mapping[str, Any]) -> str:
    """Properties as JSON, sorted by name: equal properties have equal texts."""
    return json.dumps(properties, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
