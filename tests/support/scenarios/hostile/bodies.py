"""Bodies that are not the JSON that an operation takes, over every operation that takes JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from parity.core.times import now, to_iso
from tests.support.builders.descriptions import Path, with_value
from tests.support.scenarios.hostile.hostile_request import (
    JSON_OPERATIONS,
    SAMPLE_CUSTOMER,
    HostileRequest,
    Refusal,
    every_field,
    invalid,
    invalid_field,
    list_body_fields,
    spoil,
    spoil_body,
    spoil_field,
    to_pointer,
    valid_body,
    valid_content,
)

NOT_JSON = Refusal(400, "invalid_json", "#")
WRONG_TYPE = Refusal(415, "unsupported_media_type")
WRONG_SHAPE = invalid("#")
UNKNOWN = "hostile_field"
CLOUD_EVENT = {
    "specversion": "1.0",
    "source": "/app",
    "id": "1",
    "type": "completion",
    "subject": SAMPLE_CUSTOMER,
}
CLOUD_EVENT_FAULTS: dict[str, dict[str, Any]] = {
    "another version": {"specversion": "0.3"},
    "no id": {"id": ""},
    "a number as its id": {"id": 1},
    "a space in its source": {"source": "/a b"},
    "data in base64": {"data_base64": "e30="},
    "data in XML": {"datacontenttype": "application/xml"},
    "data that is no object": {"data": [1]},
    "no subject": {"subject": None},
}
ODD_TYPES = ("text/plain", "text/csv", "application/xml", "application/jsonp", "json", ";", "*/*")


def list_bodies() -> Iterator[HostileRequest]:
    for operation in JSON_OPERATIONS:
        yield from _spoil_everywhere(operation)
        yield from _spoil_spellings(operation)
    for operation, path, schema in every_field():
        if "enum" in schema:
            yield spoil_field(operation, path, "none of its words", "HOSTILE")
    for operation in ("customers/create", "report/usage"):
        yield from _list_broken_texts(operation)
        yield from _list_encodings(operation)
    yield from _list_cloud_events()
    for content_type in ODD_TYPES:
        yield _with_type("customers/create", content_type)


def _spoil_everywhere(operation: str) -> Iterator[HostileRequest]:
    valid, is_array = valid_content(operation), isinstance(valid_body(operation), list)
    yield spoil(operation, "null", WRONG_SHAPE, content=b"null")
    yield spoil(operation, "another shape", WRONG_SHAPE, content=b"{}" if is_array else b"[" + valid + b"]")
    yield spoil(operation, "nested 1,000 deep", NOT_JSON, content=b"[" * 1000 + b"]" * 1000)
    yield spoil(operation, "a name twice", NOT_JSON, content=_with_first_member_twice(operation))
    yield spoil(operation, "NaN", NOT_JSON, content=_with_member(operation, b'"hostile": NaN'))
    yield _with_type(operation, "application/x-www-form-urlencoded")
    yield spoil_field(operation, (0, UNKNOWN) if is_array else (UNKNOWN,), "unknown", 1)


def _with_type(operation: str, content_type: str) -> HostileRequest:
    headers = (("Content-Type", content_type),)
    return spoil(operation, f"as {content_type}", WRONG_TYPE, headers=headers)


def _spoil_spellings(operation: str) -> Iterator[HostileRequest]:
    """Each object of a body with its first field of several words in both spellings."""
    spelled: dict[Path, HostileRequest] = {}
    for path, _ in list_body_fields(operation):
        *parent, name = path
        other = _to_snake_case(str(name))
        if other == str(name) or tuple(parent) in spelled:
            continue
        both = (*parent, other)
        body = with_value(with_value(valid_body(operation), path, None), both, None)
        fault = f"{to_pointer(both)} is in both spellings"
        spelled[tuple(parent)] = spoil_body(operation, fault, invalid_field(operation, both), body)
    yield from spelled.values()


def _to_snake_case(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)


def _with_member(operation: str, member: bytes) -> bytes:
    """The valid body with one more member in its first object."""
    head, brace, tail = valid_content(operation).partition(b"{")
    return head + brace + member + b", " + tail


def _with_first_member_twice(operation: str) -> bytes:
    body = valid_body(operation)
    name, value = next(iter((body[0] if isinstance(body, list) else body).items()))
    return _with_member(operation, json.dumps({name: value})[1:-1].encode())


def _list_cloud_events() -> Iterator[HostileRequest]:
    headers = (("Content-Type", "application/cloudevents+json"),)
    for fault, changes in CLOUD_EVENT_FAULTS.items():
        content = json.dumps({**CLOUD_EVENT, "time": to_iso(now()), **changes}).encode()
        refusal = Refusal(200, "invalid_request")
        yield spoil("report/events", f"a CloudEvent with {fault}", refusal, headers=headers, content=content)


def _list_broken_texts(operation: str) -> Iterator[HostileRequest]:
    """Texts that nearly are JSON."""
    texts: dict[str, bytes] = {
        "cut off": valid_content(operation)[:-1],
        "with single quotes": valid_content(operation).replace(b'"', b"'"),
        "with a comma at its end": valid_content(operation)[:-1] + b",}",
        "with a comment": b"/* */" + valid_content(operation),
        "two values": valid_content(operation) * 2,
        "a byte of zero": b"\x00",
        "a line break in a text": b'{"name": "a\nb"}',
        "only white space": b" \t\n",
        "only a byte order mark": b"\xef\xbb\xbf",
        "-Infinity": _with_member(operation, b'"hostile": -Infinity'),
        "half a surrogate pair": _with_member(operation, b'"hostile": "\\ud800"'),
        "half a surrogate pair as a name": _with_member(operation, b'"\\udfff": 1'),
        "a wrong escape": _with_member(operation, b'"hostile": "\\x41"'),
        "nested 33 deep": _with_member(operation, b'"hostile": ' + b"[" * 32 + b"]" * 32),
        "100,000 brackets": b"[" * 100_000,
    }
    for fault, content in texts.items():
        yield spoil(operation, fault, NOT_JSON, content=content)
    for fault, content in {"a text": b'"x"', "true": b"true"}.items():
        yield spoil(operation, fault, WRONG_SHAPE, content=content)


def _list_encodings(operation: str) -> Iterator[HostileRequest]:
    encodings = {
        "UTF-16": valid_content(operation).decode().encode("utf-16"),
        "Latin-1": _with_member(operation, '"hostile": "é"'.encode("latin-1")),
        "a surrogate as UTF-8": _with_member(operation, b'"hostile": "\xed\xa0\x80"'),
        "an overlong slash": _with_member(operation, b'"hostile": "\xc0\xaf"'),
        "U+FFFD": _with_member(operation, '"hostile": "\N{REPLACEMENT CHARACTER}"'.encode()),
    }
    for fault, content in encodings.items():
        yield spoil(operation, fault, Refusal(400, "invalid_encoding", "#"), content=content)
