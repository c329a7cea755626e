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
from tests.support.builders.descriptions import JSON, Path, body_schema, list_fields, with_value
from tests.support.fakes.clients import Request, record_requests
from tests.support.fakes.functions import ROUTES, invoke
from tests.support.scenarios.sample_events import prepare_event

TEXTS = {
    "1,100 bytes of ASCII": "a" * 1100,
    "1,100 bytes of é": "é" * 550,
    "255 emoji": "🎉" * 255,
    "100 emoji": "🎉" * 100,
}
MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES = 2048, 1024
PATHS = [(name, part) for name, (_, path) in ROUTES.items() for part in re.findall(r"{(\w+)}", path)]


def list_text_fields() -> Iterator[tuple[str, Path]]:
    for operation in ROUTES:
        texts = [
            path for path, schema in list_fields(body_schema(operation) or {}) if schema["type"] == "string"
        ]
        yield from ((operation, path) for path in dict.fromkeys(texts))


FIELDS = list(list_text_fields())


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
    is_csv = event["headers"].pop("Content-Type", JSON) != JSON
    body = None if is_csv else json.loads(event["body"] or "null")
    for text in TEXTS.values():
        event["body"] = json.dumps(with_value(body, field, text))
        assert send(event, operation, parity_table) < 500
