"""Many puts and deletes, each for itself and without a condition, in few requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.errors import BusyError
from parity.dynamodb.items import Item, to_wire
from parity.dynamodb.optimistic import retry
from parity.dynamodb.table import throttling_is_busy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table

BATCH_WRITES = 25
MAX_ATTEMPTS = 5


class LeftOutError(Exception):
    """DynamoDB has left out some writes of a batch, because a partition was throttled."""


def write_batch(table: Table, puts: Iterable[Item], deletes: Iterable[Key] = ()) -> None:
    """One request per 25 writes, and more for those that DynamoDB leaves out. No item may be named twice.

    Raises BusyError if some are left out again and again. Those before them are written.
    """
    waiting: list[Any] = [
        *({"PutRequest": {"Item": to_wire(item)}} for item in puts),
        *({"DeleteRequest": {"Key": to_wire(key)}} for key in deletes),
    ]

    def send() -> None:
        while waiting:
            sent = waiting[:BATCH_WRITES]
            left_out = _send_batch(table, sent)
            waiting[: len(sent)] = left_out
            if left_out:
                raise LeftOutError

    retry(send, after=(LeftOutError,), attempts=MAX_ATTEMPTS, exhausted=BusyError)


def _send_batch(table: Table, writes: list[Any]) -> list[Any]:
    """Sends up to 25 writes and returns those that DynamoDB left out."""
    with throttling_is_busy():
        answer = table.client.batch_write_item(RequestItems={table.name: writes})
    return answer["UnprocessedItems"].get(table.name, [])
