"""Creates the stack's tables in the engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local.model import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def create_tables(client: DynamoDBClient, tables: Iterable[Table]) -> dict[str, str]:
    """Create the tables that do not exist yet; the ARNs of their streams, by table name."""
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
    stream_arn: str | None = client.describe_table(TableName=table.name)["Table"].get("LatestStreamArn")
    return stream_arn


def _enable_ttl(client: DynamoDBClient, table: Table) -> None:
    if not table.ttl_attribute:
        return
    ttl = client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    if ttl["TimeToLiveStatus"] == "DISABLED":
        client.update_time_to_live(
            TableName=table.name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl_attribute},
        )
