"""Moto answers the same with and without what makes it quick."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from parity.dynamodb.table import Table
from tests.support.fakes.event_sources import Stream
from tests.support.fakes.moto_speed import speed_up_moto
from tests.support.fakes.moto_tables import MotoSnapshots
from tests.support.fakes.tables import read_table_definition, scan_items

NAME = "quick"
KEY = {"PK": {"S": "acme"}, "SK": {"S": "usage"}}
ITEM = {
    **KEY,
    "listingPK": {"S": "plans"},
    "listingSK": {"S": "b"},
    "count": {"N": "1.50"},
    "nested": {"M": {"list": {"L": [{"S": "a"}, {"N": "2"}, {"M": {"deep": {"BOOL": True}}}]}}},
    "nothing": {"NULL": True},
    "binary": {"B": b"\x00\xff"},
    "B": {"M": {"B": {"S": "text"}, "C": {"B": b"C"}}},
    "texts": {"SS": ["a", "b"]},
}

OTHER = {**KEY, "SK": {"S": "other"}}

VARYING = ("CreationDateTime", "TableId", "LatestStreamArn", "LatestStreamLabel")
"""Other in each table."""

Request = tuple[str, dict[str, Any]]
"""The operation and its parameters but the table's name."""


def put(sort_key: str, **more: Any) -> Request:  # noqa: ANN401
    return "put_item", {"Item": {**ITEM, "SK": {"S": sort_key}, "listingSK": {"S": sort_key[::-1]}}, **more}


def update(expression: str, **more: Any) -> Request:  # noqa: ANN401
    return "update_item", {"Key": KEY, "UpdateExpression": expression, "ReturnValues": "ALL_NEW", **more}


def query(condition: str, value: str, **more: Any) -> Request:  # noqa: ANN401
    values = {":value": {"S": value}}
    return "query", {"KeyConditionExpression": condition, "ExpressionAttributeValues": values, **more}


def write(*parts: dict[str, Any]) -> Request:
    named = [{kind: {"TableName": NAME, **part} for kind, part in each.items()} for each in parts]
    return "transact_write_items", {"TransactItems": named}


ONE = {":one": {"N": "1"}}
ADD_ONE = {"UpdateExpression": "ADD #count :one", "ExpressionAttributeValues": ONE}
COUNT = {"ExpressionAttributeNames": {"#count": "count"}}
IS_NEW = {"ConditionExpression": "attribute_not_exists(PK)"}
ALL_OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}

REQUESTS: list[Request] = [
    ("get_item", {"Key": KEY}),
    ("put_item", {"Item": ITEM}),
    ("put_item", {"Item": ITEM, "ReturnValues": "ALL_OLD"}),
    ("put_item", {"Item": ITEM, **IS_NEW}),
    ("put_item", {"Item": ITEM, **IS_NEW, **ALL_OLD}),
    ("put_item", {"Item": {**ITEM, "PK": {"S": ""}}}),
    ("put_item", {"Item": {**ITEM, "large": {"S": "x" * 410_000}}}),
    ("get_item", {"Key": KEY}),
    ("get_item", {"Key": KEY, "ProjectionExpression": "nested.list[1], texts"}),
    ("get_item", {"Key": {"PK": {"S": "acme"}}}),
    update(
        "SET #count = #count + :one, fresh = if_not_exists(fresh, :one)",
        **COUNT,
        ExpressionAttributeValues=ONE,
    ),
    update("ADD #count :one REMOVE nothing, nested.list[0]", **COUNT, ExpressionAttributeValues=ONE),
    update("ADD texts :text", ExpressionAttributeValues={":text": {"SS": ["c"]}}),
    update("DELETE texts :text", ExpressionAttributeValues={":text": {"SS": ["a"]}}),
    update(
        "SET nested.list = list_append(nested.list, :more)",
        ExpressionAttributeValues={":more": {"L": [{"S": "z"}]}},
    ),
    update("SET missing.path = :one", ExpressionAttributeValues=ONE),
    update("SET wrong wrong", ExpressionAttributeValues=ONE),
    update("SET PK = :one", ExpressionAttributeValues=ONE),
    update("SET unused = :one", **COUNT, ExpressionAttributeValues=ONE),
    update("ADD #count :one", **COUNT, ExpressionAttributeValues=ONE, **IS_NEW, **ALL_OLD),
    *(update("ADD #count :one", **COUNT, ExpressionAttributeValues=ONE) for _ in range(2)),
    *(
        (kind, {**request, "ReturnValues": values})
        for values in ("NONE", "ALL_OLD", "UPDATED_OLD", "UPDATED_NEW")
        for kind, request in [update("ADD #count :one", **COUNT, ExpressionAttributeValues=ONE)]
    ),
    *(put(f"item-{number % 7}-{number}") for number in range(20)),
    query("PK = :value", "acme"),
    query("PK = :value", "acme", ScanIndexForward=False, Limit=3),
    query("PK = :value", "acme", Limit=4, ExclusiveStartKey={**KEY, "SK": {"S": "item-2-16"}}),
    query(
        "PK = :value",
        "acme",
        Limit=4,
        ScanIndexForward=False,
        ExclusiveStartKey={**KEY, "SK": {"S": "item-2-16"}},
    ),
    query("PK = :value", "acme", ProjectionExpression="SK"),
    query("PK = :value", "acme", Select="COUNT"),
    query("PK = :value", "nobody"),
    query("listingPK = :value", "plans", IndexName="listing"),
    query("listingPK = :value", "plans", IndexName="listing", ScanIndexForward=False, Limit=5),
    query("listingPK = :value", "plans", IndexName="unknown"),
    write(
        {"Put": {"Item": {**KEY, "SK": {"S": "new"}}, **IS_NEW}},
        {"Update": {"Key": KEY, **ADD_ONE, **COUNT}},
        {"Delete": {"Key": {**KEY, "SK": {"S": "item-0-0"}}}},
        {
            "ConditionCheck": {
                "Key": {**KEY, "SK": {"S": "item-1-1"}},
                "ConditionExpression": "attribute_exists(PK)",
            }
        },
    ),
    write(
        {"Put": {"Item": {**KEY, "SK": {"S": "newer"}}}},
        {"Update": {"Key": KEY, **ADD_ONE, **COUNT}},
        {"Delete": {"Key": {**KEY, "SK": {"S": "item-1-1"}}}},
        {"Put": {"Item": {**KEY, "SK": {"S": "new"}}, **IS_NEW, **ALL_OLD}},
    ),
    write({"Update": {"Key": KEY, **ADD_ONE, **COUNT}}, {"Delete": {"Key": KEY}}),
    ("delete_item", {"Key": KEY, "ReturnValues": "ALL_OLD"}),
    ("delete_item", {"Key": KEY, "ConditionExpression": "attribute_exists(PK)"}),
    update("SET #count = :one", **COUNT, ExpressionAttributeValues=ONE),
    ("scan", {}),
    ("scan", {"Limit": 5}),
    ("describe_table", {}),
]


@pytest.fixture(scope="module")
def client() -> Any:  # noqa: ANN401 - botocore makes clients at run time
    """Botocore's own, which reads what the service's model has: moto sends more."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        return botocore.session.get_session().create_client("dynamodb", config=once)


def send(client: Any, operation: str, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    named = request if operation == "transact_write_items" else {"TableName": NAME, **request}
    try:
        answer = getattr(client, operation)(**named)
    except ClientError as error:
        answer = error.response
    status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
    for name in VARYING:
        answer.get("Table", {}).pop(name, None)
    return {"status": status, **answer}


def collect_answers(client: Any) -> list[Any]:  # noqa: ANN401
    """What each request is answered, then the changes in the stream, then the items."""
    client.create_table(**read_table_definition(NAME))
    stream = Stream(Table(client, NAME))
    answers = [send(client, *request) for request in REQUESTS]
    images = [
        {name: record["dynamodb"].get(name) for name in ("Keys", "OldImage", "NewImage")}
        for record in stream.records()
    ]
    return [*answers, *images, scan_items(Table(client, NAME))]


def test_every_answer_is_that_of_moto_as_it_comes(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    with mock_aws():
        slow = collect_answers(client)
    speed_up_moto(monkeypatch)
    with mock_aws():
        quick = collect_answers(client)
    for request, expected, answer in zip_longest(REQUESTS, slow, quick):
        assert answer == expected, request
    assert {answer["status"] for answer in slow[: len(REQUESTS)]} == {200, 400}


def test_content_that_is_put_back_is_what_was_copied(
    client: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speed_up_moto(monkeypatch)
    with mock_aws():
        client.create_table(**read_table_definition(NAME))
        table, snapshots = Table(client, NAME), MotoSnapshots(NAME)
        client.put_item(TableName=NAME, Item=ITEM)
        before, content = scan_items(table), snapshots.copy_content()
        for _ in range(2):
            send(client, *write({"Update": {"Key": KEY, **ADD_ONE, **COUNT}}, {"Put": {"Item": OTHER}}))
            send(client, *update("SET nested.list[0] = :one", ExpressionAttributeValues=ONE))
            assert scan_items(table) != before
            snapshots.restore_content(content)
            assert scan_items(table) == before
