"""The `due` index: the work of the scheduled functions, sorted by when it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.times import to_iso
from parity.dynamodb import keys
from parity.dynamodb.items import to_wire

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import QueryResult, Table


def query_due(table: Table, partition: str, until: datetime, after: Item | None, limit: int) -> QueryResult:
    """Returns the keys of the work that is due before `until`, the earliest first.

    `after` is the last key of the Query before, None for the first page. One Query, eventually consistent.
    """
    start = {"ExclusiveStartKey": to_wire(after)} if after else {}
    return table.query(
        "duePK = :partition AND dueSK < :until",
        {":partition": partition, ":until": to_iso(until)},
        IndexName=keys.DUE,
        Limit=limit,
        **start,
    )
