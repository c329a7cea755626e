"""Errors as DynamoDB sends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

CONDITION_FAILED = "ConditionalCheckFailed"
CONFLICT = "TransactionConflict"
THROTTLED = "ThrottlingError"

MESSAGES = {
    CONDITION_FAILED: "The conditional request failed",
    CONFLICT: "Transaction is ongoing for the item",
    THROTTLED: "Throughput exceeds the current capacity of the table or of an index",
}


class RefusedError(Exception):
    """DynamoDB refuses a request. `details` go beside the message."""

    def __init__(self, code: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = {name: value for name, value in details.items() if value}

    def to_json(self) -> dict[str, Any]:
        kind = f"com.amazonaws.dynamodb.v20120810#{self.code}"
        return {"__type": kind, "message": self.message, **self.details}


def validation_error(message: str) -> RefusedError:
    return RefusedError("ValidationException", message)


def refuse_write(reason: str, item: Any = None) -> RefusedError:  # noqa: ANN401 - the stored item or None
    """The error of a write by itself, for a reason that would cancel a transaction."""
    codes = {
        CONDITION_FAILED: "ConditionalCheckFailedException",
        CONFLICT: "TransactionConflictException",
        THROTTLED: "ProvisionedThroughputExceededException",
    }
    return RefusedError(codes[reason], MESSAGES[reason], Item=item)


def cancel_transaction(reasons: Sequence[tuple[str | None, Any]]) -> RefusedError:
    """`reasons` has for each write why it was refused, or None, and the item that it asked for."""
    names = ", ".join(code or "None" for code, _ in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{names}]"
    return RefusedError(
        "TransactionCanceledException", message, CancellationReasons=[_to_reason(*each) for each in reasons]
    )


def _to_reason(code: str | None, item: Any) -> dict[str, Any]:  # noqa: ANN401
    if code is None:
        return {"Code": "None"}
    return {"Code": code, "Message": MESSAGES[code], **({"Item": item} if item else {})}
