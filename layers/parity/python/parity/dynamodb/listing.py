"""Lists kept by month of creation, in the `listing` index: one Query for rows of a month, and pages of them.

A list has no single partition that grows for ever. A page walks from month to month until it is full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from parity.core.paging import Page
from parity.dynamodb import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parity.core.paging import PageRequest
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

Row = TypeVar("Row")

MONTH_CHARACTERS = len("yyyy-mm")


@dataclass(frozen=True, slots=True)
class RowRange:
    """Which rows of a month one Query reads: up to `limit`, beyond the position `after` if there is one."""

    after: str | None
    newest_first: bool
    limit: int


@dataclass(frozen=True, slots=True)
class MonthRows(Generic[Row]):
    """Rows of a month with their positions, and whether the month has more beyond them."""

    rows: list[tuple[str, Row]]
    more: bool


MonthReader: TypeAlias = Callable[[str, RowRange], MonthRows[Row]]
"""Reads rows of a month, given as `yyyy-mm`, with one Query."""


def query_month(
    table: Table, partition: str, wanted: RowRange, from_item: Callable[[Item], Row]
) -> MonthRows[Row]:
    """Rows of the partition of one month; one Query, eventually consistent."""
    beyond = f" AND listingSK {'<' if wanted.newest_first else '>'} :after" if wanted.after else ""
    result = table.query(
        f"listingPK = :partition{beyond}",
        {":partition": partition, ":after": wanted.after},
        IndexName=keys.LISTING,
        ScanIndexForward=not wanted.newest_first,
        Limit=wanted.limit,
    )
    rows = [(item["listingSK"], from_item(item)) for item in result.items]
    return MonthRows(rows, more=result.last_key is not None)


def walk_months(
    readers: Sequence[MonthReader[Row]], months: Sequence[str], request: PageRequest, limit: int
) -> Iterator[tuple[str, Row]]:
    """Yields the rows beyond the request's position, in its direction, each with its position.

    Reads only as many months as the caller takes rows of. `months` are newest first. `limit` is how many rows
    one Query reads. Several readers, such as one per status, are merged by position.
    """
    for month in _months_from(months, request):
        by_reader = [_walk_month(read, month, request, limit) for read in readers]
        yield from merge(*by_reader, key=itemgetter(0), reverse=not request.backward)


def _months_from(months: Sequence[str], request: PageRequest) -> list[str]:
    start = (request.position or "")[:MONTH_CHARACTERS]
    if request.backward:
        return [month for month in reversed(months) if month >= start]
    return [month for month in months if not start or month <= start]


def _walk_month(
    read: MonthReader[Row], month: str, request: PageRequest, limit: int
) -> Iterator[tuple[str, Row]]:
    after = request.position
    while True:
        found = read(month, RowRange(after, newest_first=not request.backward, limit=limit))
        yield from found.rows
        if not (found.more and found.rows):
            return
        after = found.rows[-1][0]


@dataclass(frozen=True, slots=True)
class CollectedRows(Generic[Row]):
    """The rows of one page, in the order of the walk.

    `first` is the position of the first row that was looked at. `resume_after` is the position to go on from,
    None at the end of the list. `more` is whether a further row is known to match.
    """

    rows: list[Row]
    first: str | None
    resume_after: str | None
    more: bool = False

    def to_page(self, request: PageRequest, count: int, *, count_is_exact: bool) -> Page[Row]:
        """The page in the list's order, whichever way it was walked."""
        onward, back = self.resume_after, self.first if request.position or request.skipped else None
        rows = self.rows
        if request.backward:
            rows, onward, back = rows[::-1], back, onward
        return Page(rows=rows, next=onward, previous=back, count=count, count_is_exact=count_is_exact)


def collect_rows(
    positioned: Iterable[tuple[str, Row]],
    request: PageRequest,
    matches: Callable[[Row], bool] = lambda _: True,
    most_read: int | None = None,
) -> CollectedRows[Row]:
    """The rows of the page that match. After `most_read` rows it stops, even if the page is not full.

    For example, the page has 10 rows, `most_read` is 1,000, and 3 of the next 1,000 rows match: then these 3
    are returned, with a position to go on from.
    """
    to_skip, looked_at = request.skipped, 0
    first = last = end = None
    rows: list[Row] = []
    for position, row in positioned:
        if looked_at == most_read:
            return CollectedRows(rows, first, last)
        if matches(row):
            if to_skip:
                to_skip -= 1
                continue
            if len(rows) == request.size:
                return CollectedRows(rows, first, end, more=True)
            rows.append(row)
            end = position
        if not to_skip:
            looked_at, first, last = looked_at + 1, first or position, position
    return CollectedRows(rows, first, None)
