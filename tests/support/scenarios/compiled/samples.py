"""Requests and values, valid and hostile, for all operations with a resolver and all models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.support.builders.descriptions import DESCRIPTION, Path, list_fields, parameters_in, with_value
from tests.support.fakes.functions import ROUTES
from tests.support.fakes.gateway import make_rest_event
from tests.support.scenarios.hostile import CORPUS
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    Refusal,
    list_body_fields,
    spoil_body,
    spoil_parameter,
    valid_body,
    valid_request,
)
from tools.compile_operations import list_handlers, list_models

Event = dict[str, Any]

NOTHING = Refusal(0, "")
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 3.0, 10**30, "", " padded ", "x" * 300, "1_000", "5.0", "active", "2026-02-30",
    "2026-03-02T09:15:04Z", "caf\u00e9", "bell\u0007", [], [None], [1, 1], {}, {"a": 1},
)  # fmt: skip
SCHEMAS: dict[str, Any] = DESCRIPTION["components"]["schemas"]
OPERATIONS = [f"{path.parent.parent.name}/{path.parent.name}" for path in list_handlers()]


def list_requests() -> Iterator[tuple[str, Event]]:
    for request in _list_all():
        event = to_event(request)
        if event and request.operation in OPERATIONS:
            yield request.operation, event


def _list_all() -> Iterator[HostileRequest]:
    for requests in CORPUS.values():
        yield from requests
    for operation in OPERATIONS:
        yield valid_request(operation)
        yield from _spoil_fields(operation)
        for name in parameters_in("query", operation):
            yield from (spoil_parameter(operation, name, str(value)) for value in VALUES)


def _spoil_fields(operation: str) -> Iterator[HostileRequest]:
    """The valid body with each value in each place, and without each of its fields."""
    body = valid_body(operation)
    for place in _list_places(path for path, _ in list_body_fields(operation)):
        for value in VALUES:
            yield spoil_body(operation, "", NOTHING, with_value(body, place, value))
    for name in body if isinstance(body, dict) else ():
        yield spoil_body(operation, "", NOTHING, {other: body[other] for other in body if other != name})


def to_event(request: HostileRequest) -> Event | None:
    """The gateway's event; None where the gateway finds no function, or the body is too large to compare."""
    method, resource = ROUTES[request.operation]
    target = urlsplit(request.target)
    names, parts = resource.split("/"), target.path.rstrip("/").split("/")
    is_found = len(names) == len(parts) and all(
        name == part or (name.startswith("{") and part) for name, part in zip(names, parts, strict=True)
    )
    if not is_found or request.method != method or not isinstance(request.content, bytes):
        return None
    parameters = {
        name.strip("{}"): part for name, part in zip(names, parts, strict=True) if name.startswith("{")
    }
    return make_rest_event(
        method,
        resource,
        parameters=parameters,
        query=target.query,
        body=request.content or None,
        headers=dict(request.headers),
    )


def list_values() -> Iterator[tuple[str, Any]]:
    """A model as `module:name` and a value, for each model that docs/openapi.json describes."""
    for model in list_models():
        schema = SCHEMAS.get(model.__name__, {})
        if "properties" in schema:
            name, valid = f"{model.__module__}:{model.__name__}", make_example(schema)
            yield name, valid
            for place in _list_places(path for path, _ in list_fields(schema)):
                yield from ((name, with_value(valid, place, value)) for value in VALUES)


def _list_places(paths: Iterable[Path]) -> list[Path]:
    """The paths, and those of all that they lead through."""
    places = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    return sorted(places, key=str)


def make_example(schema: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """A value that the schema allows: its example, or one made of the examples of its parts."""
    if "$ref" in schema:
        return make_example(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    if "properties" in schema:
        return {name: make_example(part) for name, part in schema["properties"].items()}
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return make_example(schema["anyOf"][0])
    if "items" in schema:
        return [make_example(schema["items"])]
    return schema.get("const", schema.get("enum", [None])[0])
