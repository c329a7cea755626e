"""Calls of DynamoDB that tests make by a client, and what they send and read."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

KEY = {"PK": {"S": "CUSTOMER#acme"}, "SK": {"S": "ENTITLEMENTS"}}
BINARY = bytes(range(256))
ITEM = {
    "PK": {"S": "CUSTOMER#Ünï\u2028codé"},
    "content": {"B": BINARY},
    "B": {"S": "an attribute named like a type"},
    "S": {"B": b""},
    "used": {"N": "12345678901234567890.5"},
    "archived": {"BOOL": False},
}
IN_JSON = json.loads(json.dumps(ITEM, default=lambda value: b64encode(value).decode()))
"""The item on the wire."""


def query(client: Any) -> Any:  # noqa: ANN401
    return client.query(
        TableName="parity",
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": KEY["PK"]},
        ConsistentRead=False,
    )


def put(client: Any) -> Any:  # noqa: ANN401
    return client.put_item(TableName="parity", Item=ITEM, ConditionExpression="attribute_not_exists(PK)")


def transact(client: Any) -> Any:  # noqa: ANN401
    writes = [{"Put": {"TableName": "parity", "Item": ITEM}}, {"Delete": {"TableName": "parity", "Key": KEY}}]
    return client.transact_write_items(TransactItems=writes)


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
