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

        `limit` is how many rows one Query reads. For the first row there is a Query of each partition of
        each list, all at the same time. An earlier release had partitions for each month: `earlier_months`
        has those that may still have rows, newest first.
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

        A marker without a row stands where the first of them could be. The merge reads what follows it only
        once it has passed the marker, which is left out at the end.
        """
        readers = [partial(self._read_month, name, number) for name in self.names for number in NUMBERS]
        marker = keys.behind_month(months[0]) if request.newest_first else months[-1]
        earlier = walk_months(readers, months, request, limit)
        before_earlier: list[tuple[str, Row | None]] = [(marker, None)]
        merged = merge(rows, chain(before_earlier, earlier), key=itemgetter(0), reverse=request.newest_first)
        return ((position, row) for position, row in merged if row is not None)

    def _read(self, name: str, number: int, wanted: RowRange) -> FoundRows[Row]:
        partition = keys.list_partition(name, number)
        return query_rows(self.table, partition, wanted, self.from_item, keys.LISTING)

    def _read_month(self, name: str, number: int, month: str, wanted: RowRange) -> FoundRows[Row]:
        partition = keys.month_partition(name, month, number)
        return query_rows(self.table, partition, wanted, self.from_item, keys.LISTING)


def count_rows_of_each(rows: int) -> int:
    """How many rows to read of each partition, so that together they usually have the first ones of the list.

    A hash chooses the partition of a row, so each is read for somewhat more than its share. If that was too
    little, a partition is read a second time.
    """
    share = ceil(rows / keys.LISTING_PARTITIONS)
    return share + ceil(sqrt(share))
