"""The calls that stores make of DynamoDB.

Values in items are text, numbers, booleans and bytes. `None` means that there is no such attribute. A number
is read as int if it is integral, else as Decimal.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from parity.aws.clients import new_client
from parity.core.errors import BusyError
from parity.dynamodb.items import Item, from_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import BatchGetItemOutputTypeDef, TransactWriteItemTypeDef

    from parity.dynamodb.keys import Key


BATCH_GET_KEYS = 100
THROTTLED = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
COLLISION = "TransactionConflictException"
"""A transaction was writing the item of a plain write, which had no effect."""


class Table:
    """One table, by name; every method is one request unless it says otherwise.

    Raises BusyError when DynamoDB still throttles after the client's own retries, and when a transaction is
    writing the item.
    """

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self.client = client
        self.name = name

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        with throttling_is_busy():
            answer = self.client.get_item(TableName=self.name, Key=to_wire(key), ConsistentRead=consistent)
        return from_wire(answer["Item"]) if "Item" in answer else None

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> list[Item]:
        """Items in any order. One request per 100 keys, and another if DynamoDB leaves some out."""
        wanted = [to_wire(key) for key in keys]
        found: list[Item] = []
        while wanted:
            with throttling_is_busy():
                answer = self.client.batch_get_item(
                    RequestItems={self.name: {"Keys": wanted[:BATCH_GET_KEYS], "ConsistentRead": consistent}}
                )
            found += map(from_wire, answer["Responses"].get(self.name, ()))
            wanted = [*_unprocessed(answer, self.name), *wanted[BATCH_GET_KEYS:]]
        return found

    def query(self, condition: str, values: Mapping[str, Any], **options: Any) -> QueryResult:  # noqa: ANN401
        """One Query; `options` are DynamoDB's own parameters."""
        with throttling_is_busy():
            answer = self.client.query(
                TableName=self.name,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=to_wire(values),
                **options,
            )
        last_key = answer.get("LastEvaluatedKey")
        return QueryResult(map(from_wire, answer["Items"]), from_wire(last_key) if last_key else None)

    def query_all(self, condition: str, values: Mapping[str, Any], **options: Any) -> list[Item]:  # noqa: ANN401
        """All items of a Query; one request per megabyte."""
        found: list[Item] = []
        start: dict[str, Any] = {}
        while True:
            result = self.query(condition, values, **options, **start)
            found += result.items
            if result.last_key is None:
                return found
            start = {"ExclusiveStartKey": to_wire(result.last_key)}

    def count(self, condition: str, values: Mapping[str, Any], **options: Any) -> int:  # noqa: ANN401
        """How many items a Query has; one request per megabyte."""
        total = 0
        start: dict[str, Any] = {}
        while True:
            with throttling_is_busy():
                answer = self.client.query(
                    TableName=self.name,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=to_wire(values),
                    Select="COUNT",
                    **options,
                    **start,
                )
            total += answer["Count"]
            if "LastEvaluatedKey" not in answer:
                return total
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def update(self, key: Key, expression: str, condition: str, values: Mapping[str, Any]) -> bool:
        """One conditional update; False if the condition does not hold."""
        return self._send_on_condition(
            self.client.update_item,
            Key=to_wire(key),
            UpdateExpression=expression,
            ConditionExpression=condition,
            ExpressionAttributeValues=to_wire(values),
        )

    def delete(self, key: Key) -> bool:
        """Deletes the item and returns whether there was one."""
        with throttling_is_busy(COLLISION):
            answer = self.client.delete_item(TableName=self.name, Key=to_wire(key), ReturnValues="ALL_OLD")
        return "Attributes" in answer

    def delete_on_condition(self, key: Key, condition: str, values: Mapping[str, Any]) -> bool:
        """One conditional delete; False if the condition does not hold."""
        return self._send_on_condition(
            self.client.delete_item,
            Key=to_wire(key),
            ConditionExpression=condition,
            ExpressionAttributeValues=to_wire(values),
        )

    def put_on_condition(self, item: Item, condition: str, values: Mapping[str, Any]) -> bool:
        """One conditional put; False if the condition does not hold."""
        request: dict[str, Any] = {"ConditionExpression": condition}
        if values:  # DynamoDB refuses an empty map
            request["ExpressionAttributeValues"] = to_wire(values)
        return self._send_on_condition(self.client.put_item, Item=to_wire(item), **request)

    def _send_on_condition(self, send: Callable[..., object], **request: Any) -> bool:  # noqa: ANN401
        try:
            with throttling_is_busy(COLLISION):
                send(TableName=self.name, **request)
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def put_if_absent(self, item: Item, *, or_expired: datetime | None = None) -> Item | None:
        """Puts the item if there is none under its key; else returns the existing one.

        An item that expired before `or_expired` is as good as none: TTL deletes it up to days later.
        """
        request: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
        if or_expired:
            request["ConditionExpression"] += " OR expiresAt < :now"
            request["ExpressionAttributeValues"] = to_wire({":now": int(or_expired.timestamp())})
        try:
            with throttling_is_busy(COLLISION):
                self.client.put_item(
                    TableName=self.name,
                    Item=to_wire(item),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **request,
                )
        except self.client.exceptions.ConditionalCheckFailedException as refused:
            return from_wire(refused.response["Item"])  # type: ignore[typeddict-item]
        return None

    def transact(self, writes: Sequence[TransactWriteItemTypeDef]) -> None:
        with throttling_is_busy():
            self.client.transact_write_items(TransactItems=writes)


class QueryResult:
    """The items of one Query and, when it stopped early, the key of the last item that it read."""

    def __init__(self, items: Iterable[Item], last_key: Item | None) -> None:
        self.items = list(items)
        self.last_key = last_key


@contextmanager
def throttling_is_busy(*codes: str) -> Iterator[None]:
    """Raises BusyError for the error of a request that was throttled, or that has one of the codes."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in {*THROTTLED, *codes}:
            raise BusyError from error
        raise


def _unprocessed(answer: BatchGetItemOutputTypeDef, table_name: str) -> list[Any]:
    left_out = answer["UnprocessedKeys"].get(table_name)
    return list(left_out["Keys"]) if left_out else []


@cache
def table() -> Table:
    """The table that the environment names. Its client is made once per process and is thread-safe."""
    return Table(new_client("dynamodb", max_pool_connections=32), os.environ["TABLE_NAME"])
