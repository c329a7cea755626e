"""CloudEvents 1.0 in JSON, one by one (structured mode) and in batches, read as usage events.

An event's `source` and `id` make its key, `type` is its name, `subject` the customer, `data` its properties.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.http.bodies import parse_json
from parity.http.problem import refuse_fields
from parity.metering.api.events import MAX_EVENTS, Batch, draft_of, event_of, parse_object
from parity.metering.rules.events import is_possible_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from parity.metering.rules.events import UsageEvent

ATTRIBUTES = {
    "customerId": "subject",
    "eventName": "type",
    "timestamp": "time",
    "properties": "data",
    "resourceId": "resourceid",
}
"""Our fields by their CloudEvents attributes. `resourceid` is an extension: CloudEvents allows any."""

NAMES = {**ATTRIBUTES, "idempotencyKey": "id"}


def cloud_event(text: str) -> Batch:
    """Reads one event, of `application/cloudevents+json`, as a batch."""
    return _batch([parse_object(text)])


def cloud_event_batch(text: str) -> Batch:
    """Reads an array of events, of `application/cloudevents-batch+json`. It may be empty."""
    events = parse_json(text)
    if not isinstance(events, list) or len(events) > MAX_EVENTS:
        raise InvalidFieldsError(FieldProblem("", f"must be an array of at most {MAX_EVENTS} events."))
    return _batch(events)


def _batch(events: list[Any]) -> Batch:
    return Batch(events, _read_event, _key_of)


def _read_event(event: Any, now: datetime) -> UsageEvent:  # noqa: ANN401
    """An event. Raises InvalidFieldsError, which names the attributes of CloudEvents."""
    if not isinstance(event, dict):
        raise InvalidFieldsError(FieldProblem("event", "must be an object."))
    given = {name: value for name, value in event.items() if value is not None}
    refuse_fields(_problems(given))
    ours = {field: given[name] for field, name in ATTRIBUTES.items() if name in given}
    try:
        return event_of(draft_of({**ours, "idempotencyKey": _join_key(given["source"], given["id"])}), now)
    except InvalidFieldsError as error:
        renamed = (FieldProblem(NAMES.get(each.field, each.field), each.detail) for each in error.problems)
        raise type(error)(*renamed) from error


def _problems(given: Mapping[str, Any]) -> Iterator[FieldProblem]:
    if given.get("specversion") != "1.0":
        yield FieldProblem("specversion", 'must be "1.0".')
    for name in ("source", "id"):
        if not isinstance(given.get(name), str) or not given[name]:
            yield FieldProblem(name, "must be text and not empty.")
        elif name == "source" and any(map(str.isspace, given[name])):
            yield FieldProblem(name, "must be a URI reference, which holds no white space.")
    if "data_base64" in given:
        yield FieldProblem("data_base64", "is not read; send the data as a JSON object in data.")
    if not _is_json(given.get("datacontenttype", "application/json")):
        yield FieldProblem("datacontenttype", "must be application/json.")


def _is_json(content_type: Any) -> bool:  # noqa: ANN401
    media_type = str(content_type).partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _key_of(event: Any) -> str | None:  # noqa: ANN401
    if not isinstance(event, dict):
        return None
    source, id_ = event.get("source"), event.get("id")
    return _join_key(source, id_) if isinstance(source, str) and isinstance(id_, str) else None


def _join_key(source: str, id_: str) -> str:
    """The idempotency key: `source id`, or its digest where that is too long.

    No source holds a space, so no other source and id have the same key.
    """
    key = f"{source} {id_}"
    return key if is_possible_key(key) else sha256(key.encode()).hexdigest()
