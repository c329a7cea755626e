"""No text of a request becomes a key that DynamoDB does not take, over all routes and their described fields.

A partition key has at most 2,048 bytes, a sort key 1,024. Moto does not check the keys of reads, so the
requests themselves are checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.fakes.clients import Request, record_requests
from tests.support.fakes.functions import ROUTES, invoke
from tests.support.scenarios.sample_events import prepare_event
from tools import openapi

Path = tuple[str | int, ...]

TEXTS = {
    "1,100 bytes of ASCII": "a" * 1100,
    "1,100 bytes of é": "é" * 550,
    "255 emoji": "🎉" * 255,
    "100 emoji": "🎉" * 100,
}
MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES = 2048, 1024
DESCRIPTION = json.loads(openapi.TARGET.read_text())
PATHS = [(name, part) for name, (_, path) in ROUTES.items() for part in re.findall(r"{(\w+)}", path)]


def list_text_fields(schema: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    """The paths of all fields in a schema that may be text; an array stands for its first member."""
    if reference := schema.get("$ref"):
        yield from list_text_fields(DESCRIPTION["components"]["schemas"][reference.rpartition("/")[2]], path)
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from list_text_fields(choice, path)
    for name, member in schema.get("properties", {}).items():
        yield from list_text_fields(member, (*path, name))
    if "items" in schema:
        yield from list_text_fields(schema["items"], (*path, 0))
    if schema.get("type") == "string":
        yield path


def list_body_fields() -> Iterator[tuple[str, Path]]:
    for operation, (method, path) in ROUTES.items():
        described = DESCRIPTION["paths"][path][method.lower()].get("requestBody", {"content": {}})
        found = described["content"].get("application/json", {}).get("schema", {})
        yield from ((operation, field) for field in dict.fromkeys(list_text_fields(found)))


FIELDS = list(list_body_fields())


def with_text(body: Any, path: Path, text: str) -> Any:  # noqa: ANN401
    """A copy of the body with the text there; objects and arrays on the way are made if they are missing."""
    if not path:
        return text
    first, *rest = path
    if isinstance(first, int):
        head, *others = body if isinstance(body, list) and body else [{}]
        return [with_text(head, tuple(rest), text), *others]
    members = body if isinstance(body, dict) else {}
    return {**members, first: with_text(members.get(first), tuple(rest), text)}


def find_long_keys(requests: list[Request]) -> list[str]:
    found = (pair for _, parameters in requests for pair in list_keys(parameters))
    return [
        f"{name} {value[:40]}"
        for name, value in found
        if len(value.encode()) > (MAX_PARTITION_KEY_BYTES if name.endswith("PK") else MAX_SORT_KEY_BYTES)
    ]


def list_keys(parameters: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """The names and the values of all keys in the parameters of a request."""
    match parameters:
        case list():
            for part in parameters:
                yield from list_keys(part)
        case dict():
            if "KeyConditionExpression" in parameters:
                yield from list_keys_of_query(parameters)
            for name, value in parameters.items():
                is_key = name.endswith(("PK", "SK")) and isinstance(value, dict)
                yield from [(name, value["S"])] if is_key else list_keys(value)


def list_keys_of_query(parameters: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, placeholder in re.findall(r"(\w+)\W+(:\w+)", parameters["KeyConditionExpression"]):
        yield name, parameters["ExpressionAttributeValues"][placeholder]["S"]


def send(event: dict[str, Any], operation: str, table: Table) -> int:
    with record_requests(table.client) as requests:
        status = invoke(operation, event).status
    assert find_long_keys(requests) == []
    return status


@pytest.mark.parametrize(("operation", "name"), PATHS)
def test_a_long_path_names_nothing(
    operation: str,
    name: str,
    parity_table: Table,
    queue: MigrationQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = prepare_event(operation, monkeypatch, queue)
    for text in TEXTS.values():
        event["pathParameters"][name] = quote(text)
        assert send(event, operation, parity_table) in {400, 404}


@pytest.mark.parametrize(("operation", "field"), FIELDS)
def test_a_long_text_of_a_body_is_no_key_that_is_too_long(
    operation: str,
    field: Path,
    parity_table: Table,
    queue: MigrationQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = prepare_event(operation, monkeypatch, queue)
    body = json.loads(event["body"] or "null")
    for text in TEXTS.values():
        event["body"] = json.dumps(with_text(body, field, text))
        assert send(event, operation, parity_table) < 500
