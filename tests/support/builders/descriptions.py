"""The operations as docs/openapi.json describes them: their parameters, and the fields of their bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.support.fakes.functions import ROUTES
from tools import openapi

JSON = "application/json"
DESCRIPTION: dict[str, Any] = json.loads(openapi.TARGET.read_text())

Path = tuple[str | int, ...]
Schema = dict[str, Any]


def described_operation(operation: str) -> dict[str, Any]:
    method, path = ROUTES[operation]
    found: dict[str, Any] = DESCRIPTION["paths"][path][method.lower()]
    return found


def parameters_in(place: str, operation: str) -> dict[str, dict[str, Any]]:
    """The operation's parameters in the `path`, the `query` or a `header`, by name."""
    described = described_operation(operation).get("parameters", ())
    return {each["name"]: each for each in described if each["in"] == place}


def body_schema(operation: str) -> Schema | None:
    """The schema of the JSON body; None for an operation that takes none."""
    content = described_operation(operation).get("requestBody", {}).get("content", {})
    return content[JSON]["schema"] if JSON in content else None


def list_fields(schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema]]:
    """Each simple field in a schema, with its path; an array stands for its first member.

    A field that may be one of several types is listed once for each. Choices beside properties only say which
    of these an object needs.
    """
    if reference := schema.get("$ref"):
        yield from list_fields(DESCRIPTION["components"]["schemas"][reference.rpartition("/")[2]], path)
    choices = (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ()))
    for choice in choices if "properties" not in schema else ():
        yield from list_fields(choice, path)
    for name, member in schema.get("properties", {}).items():
        yield from list_fields(member, (*path, name))
    if "items" in schema:
        yield from list_fields(schema["items"], (*path, 0))
    if schema.get("type") in {"string", "integer", "number", "boolean"}:
        yield path, schema


def with_value(body: Any, path: Path, value: Any) -> Any:  # noqa: ANN401
    """A copy of the body with the value there; objects and arrays on the way are made if they are missing."""
    if not path:
        return value
    first, *rest = path
    if isinstance(first, int):
        head, *others = body if isinstance(body, list) and body else [{}]
        return [with_value(head, tuple(rest), value), *others]
    members = body if isinstance(body, dict) else {}
    return {**members, first: with_value(members.get(first), tuple(rest), value)}
