"""Lists by time of creation: one Query of rows, and walks over the rows of partitions and of months."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from parity.core.time_ranges import ALWAYS
from parity.core.times import to_iso
from parity.dynamodb import keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parity.core.paging import PageRequest
    from parity.core.time_ranges import TimeRange
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

Row = TypeVar("Row")

MONTH_CHARACTERS = len("yyyy-mm")
WORKERS = 8


@dataclass(frozen=True, slots=True)
class RowRange:
    """Which rows of a partition one Query reads: up to `limit`, beyond the position `after`."""

    after: str
    newest_first: bool
    limit: int


@dataclass(frozen=True, slots=True)
class FoundRows(Generic[Row]):
    """Rows of a partition with their positions, and whether it has more beyond them."""

    rows: list[tuple[str, Row]]
    more: bool


RowReader: TypeAlias = Callable[[RowRange], FoundRows[Row]]
"""Reads rows of one partition with one Query."""

MonthReader: TypeAlias = Callable[[str, RowRange], FoundRows[Row]]
"""Reads rows of a month, given as `yyyy-mm`, with one Query."""


def query_rows(
    table: Table, partition: str, wanted: RowRange, from_item: Callable[[Item], Row], index: str = ""
) -> FoundRows[Row]:
    """Rows of a partition of the table, or of an index; one Query, eventually consistent."""
    result = table.query(
        f"{index}PK = :partition AND {index}SK {'<' if wanted.newest_first else '>'} :after",
        {":partition": partition, ":after": wanted.after},
        ScanIndexForward=not wanted.newest_first,
        Limit=wanted.limit,
        **({"IndexName": index} if index else {}),
    )
    rows = [(item[f"{index}SK"], from_item(item)) for item in result.items]
    return FoundRows(rows, more=result.last_key is not None)


def walk_months(
    readers: Sequence[MonthReader[Row]],
    months: Sequence[str],
    request: PageRequest,
    limit: int,
    created: TimeRange = ALWAYS,
) -> Iterator[tuple[str, Row]]:
    """Yields the rows in the range beyond the request's position, in its direction, each with its position.

    Reads only as many months as the caller takes rows of. `months` are newest first. `limit` is how many rows
    one Query reads. Several readers, such as one per status, are merged by position.
    """
    low, high = (bound[:MONTH_CHARACTERS] for bound in _bounds(request, created))
    for month in months if request.newest_first else reversed(months):
        if low <= month <= high:
            walks = [walk_rows(partial(read, month), request, limit, created) for read in readers]
            yield from merge_walks(walks, request)


def merge_walks(
    walks: Sequence[Iterator[tuple[str, Row]]], request: PageRequest
) -> Iterator[tuple[str, Row]]:
    """Yields the rows of walks in the request's direction by position.

    Their first Queries are made at the same time, as a merge needs a row of each.
    """
    with ThreadPoolExecutor(WORKERS) as workers:
        first_rows = list(workers.map(lambda walk: list(islice(walk, 1)), walks))
    started = [chain(first, walk) for first, walk in zip(first_rows, walks, strict=True)]
    yield from merge(*started, key=itemgetter(0), reverse=request.newest_first)


def walk_rows(
    read: RowReader[Row], request: PageRequest, limit: int, created: TimeRange = ALWAYS
) -> Iterator[tuple[str, Row]]:
    """As `walk_months`, of one partition."""
    low, high = _bounds(request, created)
    after = high if request.newest_first else low
    while True:
        found = read(RowRange(after, newest_first=request.newest_first, limit=limit))
        for position, row in found.rows:
            if not low <= position < high:
                return
            yield position, row
        if not (found.more and found.rows):
            return
        after = found.rows[-1][0]


def _bounds(request: PageRequest, created: TimeRange) -> tuple[str, str]:
    """The lowest and the highest position. In the request's direction, its own position is one of them."""
    low = to_iso(created.start) if created.start else keys.FIRST_POSITION
    high = to_iso(created.end) if created.end else keys.LAST_POSITION
    if request.position and request.newest_first:
        return low, min(high, request.position)
    return max(low, request.position or low), high
