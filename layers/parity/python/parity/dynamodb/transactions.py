"""Several writes, all or none, that are safe against lost answers and collisions.

When an answer is lost, the AWS client sends the request again, and a condition fails because of the first
attempt's own effect. So each transaction puts a write id into its items. If a condition fails on an item with
this id, the first attempt succeeded (docs/decisions/0028). A single put or delete goes without DynamoDB's
transaction, at half the price (docs/decisions/0067).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from parity.core.errors import BusyError
from parity.dynamodb.items import Item, from_wire, to_wire
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.dynamodb.sending import refusal_reasons, send_writes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from parity.dynamodb.table import Table

MAX_ATTEMPTS = 10
WRITE_ID_BYTES = 12
TRANSIENT = {
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
}


class CollisionError(Exception):
    """Another transaction wrote the same items, or the table was throttled. Nothing was written."""


@dataclass
class Transaction:
    """Collects writes and commits them. If several conditions fail, the error of the first one is raised."""

    table: Table
    write_id: str = field(default_factory=lambda: token_urlsafe(WRITE_ID_BYTES))
    """Marks the items that this transaction wrote."""
    writes: list[TransactWriteItemTypeDef] = field(default_factory=list)
    refusals: list[Callable[[Item | None], Exception] | None] = field(default_factory=list)

    def put(
        self,
        item: Item,
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
        refused: Callable[[Item | None], Exception] | None = None,
    ) -> None:
        """`refused` makes the error of a failed condition from the stored item."""
        request: dict[str, Any] = {
            "TableName": self.table.name,
            "Item": to_wire(item | {"writeId": self.write_id} if condition else item),
        }
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if values:
            request["ExpressionAttributeValues"] = to_wire(values)
        self._add({"Put": request}, refused)  # type: ignore[typeddict-item]

    def put_next_version(self, item: Item, version: int) -> None:
        """Puts the item; the commit raises VersionChangedError if the version before is not stored."""
        before = version - 1
        self.put(
            item,
            "version = :before" if before else "attribute_not_exists(PK)",
            {":before": before} if before else None,
            refused=lambda _: VersionChangedError(),
        )

    def update(
        self,
        key: Mapping[str, str],
        expression: str,
        condition: str,
        values: Mapping[str, Any],
        refused: Callable[[Item | None], Exception],
    ) -> None:
        """Updates an item and marks it with the write id; `expression` starts with its SET clauses."""
        request = {
            "TableName": self.table.name,
            "Key": to_wire(key),
            "UpdateExpression": expression.replace("SET ", "SET writeId = :writeId, ", 1),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_wire({**values, ":writeId": self.write_id}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self._add({"Update": request}, refused)  # type: ignore[typeddict-item]

    def require(
        self,
        key: Mapping[str, str],
        condition: str,
        values: Mapping[str, Any],
        refused: Callable[[Item | None], Exception],
    ) -> None:
        """A condition on an item that the transaction does not write."""
        request = {
            "TableName": self.table.name,
            "Key": to_wire(key),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_wire(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self._add({"ConditionCheck": request}, refused)  # type: ignore[typeddict-item]

    def delete(
        self,
        key: Mapping[str, str],
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
        refused: Callable[[Item | None], Exception] | None = None,
    ) -> None:
        """The condition has to hold without an item, too: if an answer was lost, the item is gone already."""
        request: dict[str, Any] = {"TableName": self.table.name, "Key": to_wire(key)}
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if values:
            request["ExpressionAttributeValues"] = to_wire(values)
        self._add({"Delete": request}, refused)  # type: ignore[typeddict-item]

    def add(self, key: Mapping[str, str], **amounts: int) -> None:
        """Adds to number attributes, which start from 0."""
        self.upsert(key, {}, amounts)

    def upsert(self, key: Mapping[str, str], values: Mapping[str, Any], amounts: Mapping[str, int]) -> None:
        """Sets attributes to `values` and adds `amounts` to others, without a condition."""
        clauses = []
        if values:
            clauses.append("SET " + ", ".join(f"#{name} = :{name}" for name in values))
        if amounts:
            clauses.append("ADD " + ", ".join(f"#{name} :{name}" for name in amounts))
        attributes = {**values, **amounts}
        self._add(
            {
                "Update": {
                    "TableName": self.table.name,
                    "Key": to_wire(key),
                    "UpdateExpression": " ".join(clauses),
                    "ExpressionAttributeNames": {f"#{name}": name for name in attributes},
                    "ExpressionAttributeValues": to_wire({f":{n}": value for n, value in attributes.items()}),
                }
            }
        )

    def _add(
        self,
        write: TransactWriteItemTypeDef,
        refused: Callable[[Item | None], Exception] | None = None,
    ) -> None:
        self.writes.append(write)
        self.refusals.append(refused)

    def commit(self) -> None:
        """Raises what `refused` made of a failed condition, or BusyError after repeated collisions."""
        retry(self._attempt, after=(CollisionError,), attempts=MAX_ATTEMPTS, exhausted=BusyError)

    def _attempt(self) -> None:
        """Raises CollisionError if another attempt may succeed."""
        try:
            send_writes(self.table, self.writes)
        except ClientError as error:
            reasons = refusal_reasons(error)
            if self._holds_own_effect(reasons):
                return
            self._raise_refusal(reasons)
            if {reason["Code"] for reason in reasons} & TRANSIENT:
                raise CollisionError from error
            raise

    def _holds_own_effect(self, reasons: list[dict[str, Any]]) -> bool:
        return any(from_wire(reason.get("Item") or {}).get("writeId") == self.write_id for reason in reasons)

    def _raise_refusal(self, reasons: list[dict[str, Any]]) -> None:
        for refused, reason in zip(self.refusals, reasons, strict=False):
            if refused and reason["Code"] == "ConditionalCheckFailed":
                raise refused(from_wire(reason["Item"]) if reason.get("Item") else None)
