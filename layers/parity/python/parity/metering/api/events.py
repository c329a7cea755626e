"""Events as they go over the wire, one by one and in batches (docs/contract.md, "Events")."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError, ParityError
from parity.http.bodies import RequestRefusedError, check_values, parse_json
from parity.http.problem import refuse_fields, rename_fields, unknown_field
from parity.metering.rules.events import EventDraft, Outcome, is_possible_key, new_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from parity.metering.rules.events import UsageEvent

MAX_EVENTS = 1000
EXPECTED_ERRORS = (ParityError, RequestRefusedError)
UNKNOWN_OUTCOME = "It is not known whether the event was stored. Send it again: it is stored once."
HORIZON_DAYS = "35"
REQUIRED = ("customerId", "eventName", "idempotencyKey", "timestamp")
FIELDS = frozenset({*REQUIRED, "properties", "resourceId"})
NAMES = {
    "customer_id": "customerId",
    "event_name": "eventName",
    "idempotency_key": "idempotencyKey",
    "resource_id": "resourceId",
}
"""Some client libraries write these names in snake case (docs/contract.md T1)."""


def draft_of(event: Any) -> EventDraft:  # noqa: ANN401
    """Reads an event from a JSON value. Raises InvalidFieldsError."""
    if not isinstance(event, dict):
        raise InvalidFieldsError(FieldProblem("event", "must be an object."))
    given = rename_fields(event, NAMES)
    refuse_fields(_problems(given))
    return EventDraft(
        customer_id=given["customerId"],
        name=given["eventName"],
        idempotency_key=given["idempotencyKey"],
        timestamp=given["timestamp"],
        properties=given.get("properties"),
        resource_id=given.get("resourceId"),
    )


def _problems(given: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in REQUIRED:
        if name not in given:
            yield FieldProblem(name, "is required.")
        elif not isinstance(given[name], str):
            yield FieldProblem(name, "must be text.")
    if not isinstance(given.get("properties"), dict | None):
        yield FieldProblem("properties", "must be an object.")
    if not isinstance(given.get("resourceId"), str | None):
        yield FieldProblem("resourceId", "must be text.")
    for name in sorted(given.keys() - FIELDS):
        yield unknown_field(name)


def event_of(draft: EventDraft, now: datetime) -> UsageEvent:
    """Makes the event; `EVENT_HORIZON_DAYS` says how old it may be. Raises InvalidFieldsError."""
    horizon = timedelta(days=int(os.environ.get("EVENT_HORIZON_DAYS", HORIZON_DAYS)))
    return new_event(draft, now=now, horizon=horizon)


def receipt(draft: EventDraft, event: UsageEvent) -> dict[str, Any]:
    """The answer to one event: the timestamp is as it was sent, `orgId` is text (docs/contract.md T21)."""
    return {
        "customerId": event.customer_id,
        "eventName": event.name,
        "idempotencyKey": event.idempotency_key,
        "timestamp": draft.timestamp,
        "orgId": os.environ.get("ORGANISATION_ID", ""),
        "properties": event.properties,
        "resourceId": event.resource_id,
    }


@dataclass(frozen=True, slots=True)
class Batch:
    """Events as they were sent, in one of the forms of a batch.

    `read` makes an event, or raises InvalidFieldsError. `key_of` finds the idempotency key, where
    possible also in an invalid event.
    """

    events: Sequence[Any]
    read: Callable[[Any, datetime], UsageEvent]
    key_of: Callable[[Any], Any]


def plain_batch(text: str) -> Batch:
    """Reads the batch `{"events": [...]}`. An invalid event does not affect the others."""
    body = parse_object(text)
    if unknown := sorted(body.keys() - {"events"}):
        raise InvalidFieldsError(unknown_field(unknown[0]))
    events = body.get("events")
    if not isinstance(events, list) or not 0 < len(events) <= MAX_EVENTS:
        raise InvalidFieldsError(FieldProblem("events", f"must be an array of 1 to {MAX_EVENTS} events."))
    return Batch(events, lambda event, now: event_of(draft_of(event), now), _key_of)


def parse_object(text: str) -> dict[str, Any]:
    """Reads a JSON object, whose values are not checked yet. Raises InvalidFieldsError."""
    value = parse_json(text)
    if isinstance(value, dict):
        return value
    raise InvalidFieldsError(FieldProblem("", "must be a JSON object."))


def _key_of(event: Any) -> Any:  # noqa: ANN401
    return event.get("idempotencyKey", event.get("idempotency_key")) if isinstance(event, dict) else None


def read_events(batch: Batch, now: datetime) -> list[UsageEvent | Exception]:
    """Each event, or the error because of which it is rejected."""
    return [_read_event(batch, event, now) for event in batch.events]


def _read_event(batch: Batch, event: Any, now: datetime) -> UsageEvent | Exception:  # noqa: ANN401
    try:
        check_values(event)
        return batch.read(event, now)
    except (InvalidFieldsError, RequestRefusedError) as error:
        return error


def unexpected_errors(outcomes: Iterable[Outcome | Exception]) -> Iterable[Exception]:
    """Errors that belong in the log: one of each class, since all events may fail for the same reason."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    return {type(error): error for error in errors if not isinstance(error, EXPECTED_ERRORS)}.values()


def batch_results(batch: Batch, outcomes: Iterable[Outcome | Exception]) -> dict[str, Any]:
    """One row per event, in the order sent."""
    return {
        "results": [
            {"idempotencyKey": _key_to_show(batch, event), **_result(outcome)}
            for event, outcome in zip(batch.events, outcomes, strict=True)
        ]
    }


def _key_to_show(batch: Batch, event: Any) -> str | None:  # noqa: ANN401
    """The idempotency key; None if there is none, or none that an event may have."""
    try:
        key = batch.key_of(event)
        return key if isinstance(key, str) and is_possible_key(key) else None
    except UnicodeEncodeError:
        return None


def _result(outcome: Outcome | Exception) -> dict[str, str]:
    match outcome:
        case Outcome():
            return {"status": outcome.value}
        case ParityError():
            return _rejection(outcome.code, outcome.detail)
        case RequestRefusedError():
            return _rejection(outcome.problem.code, outcome.problem.detail)
    return _rejection(BusyError.code, UNKNOWN_OUTCOME)


def _rejection(code: str, detail: str) -> dict[str, str]:
    return {"status": "rejected", "code": code, "detail": detail}
