"""A request that has to be refused, and how one is made from a valid request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from parity.core.times import now, to_iso
from tests.support.builders.descriptions import (
    JSON,
    Path,
    Schema,
    body_schema,
    list_fields,
    parameters_in,
    with_value,
)
from tests.support.fakes.functions import ROUTES
from tests.support.fakes.gateway import load_sample_event

Header = tuple[str, str]
Content = bytes | Callable[[], bytes]


class Refusal(NamedTuple):
    """The expected answer; with status 200, that of the only row of a batch.

    `field` is the JSON pointer or the parameter that the answer names; None where it names none.
    """

    status: int
    code: str
    field: str | None = None


class HostileRequest(NamedTuple):
    """`fault` is what is wrong with it. `target` is the path and the query as they go over the wire.

    `operation` is what the request is meant for, even if no function gets it. `content` is a function if it
    is too large to be kept.
    """

    operation: str
    fault: str
    method: str
    target: str
    headers: tuple[Header, ...]
    content: Content
    refusal: Refusal


def invalid(field: str) -> Refusal:
    return Refusal(400, "invalid_request", field)


JSON_OPERATIONS = [operation for operation in ROUTES if body_schema(operation)]
TYPE = ("Content-Type", JSON)
ADDRESS = {
    "country": "Poland",
    "line1": "ul. Prosta 4",
    "postalCode": "53-508",
    "city": "Wroclaw",
    "state": "Lower Silesia",
}
IMPORTED_ROWS = [{"name": "Wroclaw Akademia Biznesu", "billingAddress": ADDRESS}]
"""As JSON: the sample of an import is CSV."""

SAMPLE_CUSTOMER = "fundacao-herminio-ometto"
"""Whom the samples are about."""


def spoil(
    operation: str,
    fault: str,
    refusal: Refusal,
    *,
    target: str | None = None,
    headers: tuple[Header, ...] = (TYPE,),
    content: Content | None = None,
) -> HostileRequest:
    """The valid request of the operation with something else in one place."""
    return HostileRequest(
        operation,
        fault,
        ROUTES[operation][0],
        target or valid_target(operation),
        headers,
        valid_content(operation) if content is None else content,
        refusal,
    )


def valid_request(operation: str) -> HostileRequest:
    """The request without a fault."""
    return spoil(operation, "nothing", Refusal(0, ""))


def spoil_field(operation: str, path: Path, what: str, value: Any) -> HostileRequest:  # noqa: ANN401
    """The valid request with another value in one field of its body. `what` says what the value is."""
    body = with_value(valid_body(operation), path, value)
    return spoil_body(operation, f"{to_pointer(path)} is {what}", invalid_field(operation, path), body)


def invalid_field(operation: str, path: Path) -> Refusal:
    """The refusal of a body for one of its fields; in a batch, that of its only row."""
    if operation == "customers/import":
        return Refusal(200, "invalid_request", to_pointer(path[1:]))
    if operation == "report/events" and len(path) > 1:
        return Refusal(200, "invalid_request", None)
    return invalid(to_pointer(path))


def list_body_fields(operation: str) -> Iterator[tuple[Path, Schema]]:
    """The simple fields of the operation's body. The rows of an import are described as customers."""
    if operation == "customers/import":
        yield from (((0, *path), schema) for path, schema in list_body_fields("customers/create"))
    else:
        yield from list_fields(body_schema(operation) or {})


def to_pointer(path: Path) -> str:
    return "#" + "".join(f"/{part}" for part in path)


def spoil_parameter(operation: str, name: str, value: str) -> HostileRequest:
    """The valid request with another value of one query parameter, which is percent-encoded."""
    return spoil_query(operation, name, f"{value[:40]!r}", urlencode({name: value}))


def spoil_query(operation: str, name: str, what: str, text: str) -> HostileRequest:
    """The valid request with this text in place of one query parameter."""
    rest = {other: value for other, value in valid_query(operation).items() if other != name}
    query = f"{urlencode(rest)}&{text}" if rest else text
    return spoil(operation, f"{name} is {what}", invalid(name), target=f"{valid_path(operation)}?{query}")


def every_parameter() -> Iterator[tuple[str, str, Schema]]:
    """The operation, the name and the schema of each query parameter."""
    for operation in ROUTES:
        for name, described in parameters_in("query", operation).items():
            yield operation, name, described["schema"]


def every_field() -> Iterator[tuple[str, Path, Schema]]:
    """The operation, the path and the schema of each simple field of a JSON body."""
    for operation in JSON_OPERATIONS:
        for path, schema in list_body_fields(operation):
            yield operation, path, schema


def spoil_body(operation: str, fault: str, refusal: Refusal, body: Any) -> HostileRequest:  # noqa: ANN401
    """The valid request with another JSON value as its body."""
    return spoil(operation, fault, refusal, content=json.dumps(body).encode())


def valid_path(operation: str) -> str:
    path: str = _sample(operation)["path"]
    return path


def valid_query(operation: str) -> dict[str, str]:
    given = _sample(operation)["multiValueQueryStringParameters"] or {}
    return {name: values[0] for name, values in given.items()}


def valid_target(operation: str) -> str:
    query = valid_query(operation)
    return f"{valid_path(operation)}?{urlencode(query)}" if query else valid_path(operation)


def valid_body(operation: str) -> Any:  # noqa: ANN401
    """The JSON value that the operation accepts; None without one."""
    event = _sample(operation)
    if operation == "customers/import":
        return IMPORTED_ROWS
    body: Any = json.loads(event["body"]) if event["body"] else None
    if operation == "report/event":
        return {**body, "timestamp": to_iso(now())}
    if operation == "report/events":
        return {"events": [{**body["events"][0], "timestamp": to_iso(now())}]}
    return body


def valid_content(operation: str) -> bytes:
    body = valid_body(operation)
    return b"" if body is None else json.dumps(body).encode()


def _sample(operation: str) -> dict[str, Any]:
    return load_sample_event(operation.replace("/", "_"))
