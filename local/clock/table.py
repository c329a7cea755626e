"""What the clock needs of a table: when something is due, and the items that have expired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.model import Table
from parity.core.times import from_iso
from parity.dynamodb import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOMENT_CHARACTERS = len("2027-01-31T12:00:00.000000Z")


def list_due_moments(client: DynamoDBClient, table: Table) -> list[datetime]:
    """When the work in the `due` index is due, the earliest first.

    A local table is small, so one Scan of its index costs less than a Query of each partition.
    """
    items = _scan(client, table, IndexName=keys.DUE, ProjectionExpression="dueSK")
    return sorted(from_iso(item["dueSK"]["S"][:MOMENT_CHARACTERS]) for item in items)


def delete_expired(client: DynamoDBClient, table: Table, now: datetime) -> int:
    """Deletes the items whose time to live has passed by that clock, as the engine's own clock is behind it.

    Returns how many there were. The engine cannot mark these deletions as DynamoDB's own (`userIdentity`),
    on which no function depends.
    """
    if not table.ttl_attribute:
        return 0
    condition: Any = {
        "ExpressionAttributeNames": {"#ttl": table.ttl_attribute},
        "ExpressionAttributeValues": {":now": {"N": str(int(now.timestamp()))}},
    }
    names = [key["AttributeName"] for key in table.definition["KeySchema"]]
    found = list(_scan(client, table, FilterExpression="#ttl < :now", **condition))
    return sum(_delete(client, table, {name: item[name] for name in names}, condition) for item in found)


def _delete(client: DynamoDBClient, table: Table, key: Mapping[str, Any], condition: Any) -> bool:  # noqa: ANN401
    """False if the item was written in the meantime and no longer is expired."""
    try:
        client.delete_item(TableName=table.name, Key=key, ConditionExpression="#ttl < :now", **condition)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _scan(client: DynamoDBClient, table: Table, **arguments: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    for page in client.get_paginator("scan").paginate(TableName=table.name, **arguments):
        yield from page["Items"]
