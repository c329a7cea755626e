"""Sends the writes of a transaction: one alone as a plain request, which costs half (docs/decisions/0067)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.dynamodb.table import throttling_is_busy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from parity.dynamodb.table import Table


def send_writes(table: Table, writes: Sequence[TransactWriteItemTypeDef]) -> None:
    """Raises BusyError, and the ClientError of a refusal."""
    if len(writes) == 1 and _may_go_alone(writes[0]):
        _send_alone(table, writes[0])
    else:
        table.transact(writes)


def _may_go_alone(write: TransactWriteItemTypeDef) -> bool:
    """Whether it is a put or a delete with a condition, so that sending it again has no second effect.

    An update may add to a number. Only a transaction that is sent again adds once.
    """
    request: Mapping[str, Any] = write.get("Put") or write.get("Delete") or {}
    return "ConditionExpression" in request


def _send_alone(table: Table, write: TransactWriteItemTypeDef) -> None:
    with throttling_is_busy():
        if "Put" in write:
            table.client.put_item(**write["Put"])
        else:
            table.client.delete_item(**write["Delete"])


def refusal_reasons(error: ClientError) -> list[dict[str, Any]]:
    """Why each write was refused, in their order; for other errors the error itself."""
    response: Mapping[str, Any] = error.response
    if response["Error"]["Code"] == "ConditionalCheckFailedException":
        return [{"Code": "ConditionalCheckFailed", "Item": response.get("Item")}]
    return response.get("CancellationReasons") or [response["Error"]]
