"""A list in the `listing` index is in several partitions, so that none is too busy (docs/decisions/0081)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import chain
from math import ceil, sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from parity.dynamodb import keys
from parity.dynamodb.listing import merge_walks, query_rows, walk_months, walk_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parity.core.paging import PageRequest
    from parity.dynamodb.items import Item
    from parity.dynamodb.listing import FoundRows, RowRange
    from parity.dynamodb.table import Table

Row = TypeVar("Row")

NUMBERS = range(keys.LISTING_PARTITIONS)


@dataclass(frozen=True, slots=True)
class PartitionedLists(Generic[Row]):
    """Lists by their names in `keys`, such as one per status, read as one list by position."""

    table: Table
    names: Sequence[str]
    from_item: Callable[[Item], Row]

    def walk(
        self, request: PageRequest, limit: int, earlier_months: Sequence[str]
    ) -> Iterator[tuple[str, Row]]:
        """Yields the rows beyond the request's position, in its direction, each with its position.

        `limit` is how many rows one Query reads. The first Queries are one for each partition, at the
        same time. An earlier release had partitions for each month: `earlier_months`, newest first.
        """
        readers = [partial(self._read, name, number) for name in self.names for number in NUMBERS]
        rows = merge_walks([walk_rows(read, request, limit) for read in readers], request)
        return self._add_earlier(rows, request, limit, earlier_months) if earlier_months else rows

    def _add_earlier(
        self,
        rows: Iterator[tuple[str, Row]],
        request: PageRequest,
        limit: int,
        months: Sequence[str],
    ) -> Iterator[tuple[str, Row]]:
        """Adds the rows that are still in partitions of months. These are not read before one may be next.

        The place before all of them has no row. A merge asks for what is behind it once it is next.
        """
        readers = [partial(self._read_month, name, number) for name in self.names for number in NUMBERS]
        place = keys.behind_month(months[0]) if request.newest_first else months[-1]
        earlier = walk_months(readers, months, request, limit)
        before_earlier: list[tuple[str, Row | None]] = [(place, None)]
        merged = merge(rows, chain(before_earlier, earlier), key=itemgetter(0), reverse=request.newest_first)
        return ((position, row) for position, row in merged if row is not None)

    def _read(self, name: str, number: int, wanted: RowRange) -> FoundRows[Row]:
        partition = keys.list_partition(name, number)
        return query_rows(self.table, partition, wanted, self.from_item, keys.LISTING)

    def _read_month(self, name: str, number: int, month: str, wanted: RowRange) -> FoundRows[Row]:
        partition = keys.month_partition(name, month, number)
        return query_rows(self.table, partition, wanted, self.from_item, keys.LISTING)


def share_rows(rows: int) -> int:
    """How many rows to read of each partition, so that together they usually have this many.

    Which row is in which partition is chance, so each gives some more than its share.
    """
    share = ceil(rows / keys.LISTING_PARTITIONS)
    return share + ceil(sqrt(share))
