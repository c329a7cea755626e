"""The `due` index: what a schedule has to do, by when it is due."""

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
    """The keys of what is due before `until`, the earliest first, after the last key of another Query.

    One Query, eventually consistent.
    """
    start = {"ExclusiveStartKey": to_wire(after)} if after else {}
    return table.query(
        "duePK = :partition AND dueSK < :until",
        {":partition": partition, ":until": to_iso(until)},
        IndexName=keys.DUE,
        Limit=limit,
        **start,
    )
