"""Creates the stack's tables in the engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local.engine import EngineError
from local.model import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def create_tables(client: DynamoDBClient, tables: Iterable[Table]) -> dict[str, str]:
    """Create the tables that do not exist yet; the ARNs of their streams, by name. Raises EngineError."""
    arns = {table.name: _create_table(client, table) for table in tables}
    return {name: arn for name, arn in arns.items() if arn}


def _create_table(client: DynamoDBClient, table: Table) -> str | None:
    try:
        client.create_table(**table.definition)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
    client.get_waiter("table_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    _enable_ttl(client, table)
    found = client.describe_table(TableName=table.name)["Table"]
    _check_indexes(table, {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", ())})
    return found.get("LatestStreamArn")


def _check_indexes(table: Table, found: Collection[str]) -> None:
    """A table that was there before may be older than the template. Raises EngineError."""
    wanted = {index["IndexName"] for index in table.definition.get("GlobalSecondaryIndexes", ())}
    if missing := wanted.difference(found):
        raise EngineError(
            f"The table {table.name} is older than the template, and lacks the index "
            f"{', '.join(sorted(missing))}: start with an empty one."
        )


def _enable_ttl(client: DynamoDBClient, table: Table) -> None:
    if not table.ttl_attribute:
        return
    ttl = client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    if ttl["TimeToLiveStatus"] == "DISABLED":
        client.update_time_to_live(
            TableName=table.name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl_attribute},
        )
