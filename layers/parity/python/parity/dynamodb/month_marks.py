"""Which months a list has: a mark for each."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from parity.dynamodb import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table


class MonthMarks:
    """Which months a list has. Keep one per process: it remembers which months it has marked.

    A mark is written by itself, before the first row of its month. In the row's transaction it would be an
    item that all new processes write at once, and transactions of the same item cancel each other. A mark
    without a row does no harm: the list finds nothing in that month.
    """

    def __init__(self, table: Table, key_of: Callable[[str], Key]) -> None:
        self._table = table
        self._key_of = key_of
        self._marked: set[str] = set()
        self._lock = Lock()

    def mark(self, month: str) -> None:
        """The threads of an import wait for the one that marks the month."""
        with self._lock:
            if month not in self._marked:
                self._table.put_if_absent({**self._key_of(month)})
                self._marked.add(month)

    def list(self) -> list[str]:
        return list_months(self._table, self._key_of("")["PK"])


def list_months(table: Table, partition: str) -> list[str]:
    """The months that are marked in the partition, newest first; one Query, eventually consistent."""
    return find_months(table.query_all("PK = :months", {":months": partition}))


def find_months(items: Iterable[Item]) -> list[str]:
    """The months of those items that are marks, newest first."""
    return sorted(filter(None, (keys.month_of_key(item["SK"]) for item in items)), reverse=True)
