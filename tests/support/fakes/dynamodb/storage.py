"""The items of a table and the order they have in it and in its indexes, kept by SQLite.

SQLite compares texts by their bytes, as DynamoDB does, and in a file it holds more items than memory would.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes.dynamodb.expressions import KeyRange
from tests.support.fakes.dynamodb.sizes import Item

TABLE = ""
"""The name that stands for the table itself, beside those of its indexes."""

LAST_CHARACTER = "\U0010ffff"
Row = tuple[str | None, ...]
"""The keys of an item in the table and its indexes, and the item as JSON."""

CACHE_KILOBYTES = 300_000
OPERATORS = {"=", "<", "<=", ">", ">="}


@dataclass(frozen=True, slots=True)
class Index:
    """The table, or one of its indexes. `attributes` are those that it holds, None for all of them."""

    name: str
    partition: str
    sort: str
    attributes: frozenset[str] | None = None

    def project(self, item: Item | None) -> Item | None:
        """What the index holds of an item; None if the item is not in it."""
        if item is None or self.partition not in item or self.sort not in item:
            return None
        if self.attributes is None:
            return item
        return {name: value for name, value in item.items() if name in self.attributes}

    def partition_of(self, item: Item) -> str:
        return str(item[self.partition]["S"])

    def place_of(self, item: Item) -> tuple[str, str]:
        return self.partition_of(item), str(item[self.sort]["S"])

    @property
    def key_names(self) -> tuple[str, ...]:
        """Of the last key of a page."""
        return tuple(dict.fromkeys(("PK", "SK", self.partition, self.sort)))


def read_indexes(definition: Mapping[str, Any]) -> dict[str, Index]:
    """The table and its indexes by name, from the arguments of CreateTable."""
    found = {TABLE: Index(TABLE, "PK", "SK")}
    for index in definition["GlobalSecondaryIndexes"]:
        partition, sort = (key["AttributeName"] for key in index["KeySchema"])
        keys_only = index["Projection"]["ProjectionType"] == "KEYS_ONLY"
        names = frozenset({"PK", "SK", partition, sort}) if keys_only else None
        found[index["IndexName"]] = Index(index["IndexName"], partition, sort, names)
    return found


class Storage:
    def __init__(self, indexes: Mapping[str, Index], path: str = ":memory:") -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._columns = list(
            dict.fromkeys(name for index in indexes.values() for name in (index.partition, index.sort))
        )
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KILOBYTES}"):
            self._db.execute(f"PRAGMA {pragma}")
        columns = ", ".join(f"{name} TEXT" for name in self._columns)
        self._db.execute(f"CREATE TABLE items ({columns}, body TEXT)")
        self._indexes = list(indexes.values())
        self._create_indexes()
        places = ", ".join("?" * (len(self._columns) + 1))
        self._insert = f"INSERT OR REPLACE INTO items VALUES ({places})"  # noqa: S608 - question marks

    def get(self, key: tuple[str, str]) -> Item | None:
        row = self._db.execute("SELECT body FROM items WHERE PK = ? AND SK = ?", key).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, item: Item) -> None:
        self._db.execute(self._insert, self._to_row(item))

    def rows(self) -> Iterator[Row]:
        """All items, as SQLite keeps them."""
        yield from self._db.execute("SELECT * FROM items")

    def put_rows(self, rows: Iterable[Row]) -> None:
        """All of them in one transaction of SQLite, which is quicker."""
        self._db.execute("BEGIN")
        self._db.executemany(self._insert, rows)
        self._db.execute("COMMIT")

    def load_rows(self, rows: Iterable[Row]) -> None:
        """Very many of them, which are all new. SQLite sorts a full index quicker than it fills one."""
        for index in self._indexes:
            self._db.execute(f"DROP INDEX {index.name or 'keys'}")
        self.put_rows(rows)
        self._create_indexes()

    def _create_indexes(self) -> None:
        for index in self._indexes:
            if index.name == TABLE:
                self._db.execute("CREATE UNIQUE INDEX keys ON items (PK, SK)")
            else:
                self._db.execute(
                    f"CREATE INDEX {index.name} ON items ({index.partition}, {index.sort}, PK, SK) "
                    f"WHERE {index.partition} IS NOT NULL"
                )

    def find_listed(self, prefix: str, number: int) -> str | None:
        """The place of the item with this number, from 0, in all partitions of `listing` that begin so.

        The last place is the first. None if there are not so many.
        """
        sql = "SELECT listingSK FROM items WHERE listingPK BETWEEN ? AND ?"
        last_first = f"{sql} ORDER BY listingSK DESC LIMIT 1 OFFSET ?"
        row = self._db.execute(last_first, (prefix, prefix + LAST_CHARACTER, number)).fetchone()
        return row[0] if row else None

    def put_many(self, items: Iterable[Item]) -> None:
        self.put_rows(map(self._to_row, items))

    def delete(self, key: tuple[str, str]) -> None:
        self._db.execute("DELETE FROM items WHERE PK = ? AND SK = ?", key)

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM items").fetchone()[0])

    def read(self, index: Index, wanted: KeyRange, after: Item | None, *, forward: bool) -> Iterator[Item]:
        """Items in their order, beyond the key `after`; those of one place in an index by their keys."""
        clauses, values = [f"{index.partition} = ?"], [wanted.partition]
        _add_range(clauses, values, index.sort, wanted)
        order = list(dict.fromkeys((index.sort, "PK", "SK")))
        if after:
            comparison = ">" if forward else "<"
            clauses.append(f"({', '.join(order)}) {comparison} ({', '.join('?' * len(order))})")
            values += [after[name]["S"] for name in order]
        direction = "ASC" if forward else "DESC"
        by = ", ".join(f"{name} {direction}" for name in order)
        sql = f"SELECT body FROM items WHERE {' AND '.join(clauses)} ORDER BY {by}"  # noqa: S608 - no input
        for (body,) in self._db.execute(sql, values):
            yield json.loads(body)

    def _to_row(self, item: Item) -> Row:
        columns = [item[name]["S"] if name in item else None for name in self._columns]
        return (*columns, json.dumps(item))


def _add_range(clauses: list[str], values: list[str], name: str, wanted: KeyRange) -> None:
    if wanted.comparison in OPERATORS:
        clauses.append(f"{name} {wanted.comparison} ?")
        values += wanted.values
    elif wanted.comparison == "BETWEEN":
        clauses.append(f"{name} BETWEEN ? AND ?")
        values += wanted.values
    elif wanted.comparison == "BEGINS_WITH":
        clauses.append(f"{name} >= ? AND {name} < ?")
        values += [wanted.values[0], wanted.values[0] + LAST_CHARACTER]
