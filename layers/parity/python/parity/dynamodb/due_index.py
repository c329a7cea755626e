"""The `due` index: the work of the scheduled functions, sorted by when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.times import to_iso
from parity.dynamodb import keys
from parity.dynamodb.items import to_wire

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import QueryResult, Table


@dataclass(frozen=True, slots=True)
class DueEntry:
    """The key of an item that is due, and its position in the index."""

    key: Key
    position: str


def query_due(table: Table, partition: str, until: datetime, after: Item | None, limit: int) -> QueryResult:
    """Returns the keys of the work that is due at `until`, the earliest first.

    `after` is the last key of the Query before, None for the first page. One Query, eventually consistent.
    """
    start = {"ExclusiveStartKey": to_wire(after)} if after else {}
    return table.query(
        "duePK = :partition AND dueSK < :until",
        {":partition": partition, ":until": keys.last_due_position(to_iso(until))},
        IndexName=keys.DUE,
        Limit=limit,
        **start,
    )


def list_entries(result: QueryResult) -> list[DueEntry]:
    return [DueEntry({"PK": item["PK"], "SK": item["SK"]}, item["dueSK"]) for item in result.items]


def put_off(table: Table, entry: DueEntry, now: datetime) -> None:
    """Makes an item due later, and later each time: after 10 minutes, 20, 40 and so on, at last after a day.

    Does nothing if somebody else has moved it meanwhile. Whoever writes the whole item ends this.
    """
    values = {":found": entry.position, ":later": keys.put_off_position(entry.position, now)}
    table.update(entry.key, "SET dueSK = :later", "dueSK = :found", values)
