"""Lists that are kept by month of creation: a walk from month to month, and the page taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from parity.core.paging import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parity.core.paging import ListedPage, PageRequest

Row = TypeVar("Row")

MONTH_CHARACTERS = len("yyyy-mm")


class MonthReader(Protocol[Row]):
    """One Query: rows of a month beyond a position, in the order of the walk."""

    def __call__(
        self, month: str, *, after: str | None, newest_first: bool, limit: int
    ) -> ListedPage[Row]: ...


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row]):
    """What was taken from a walk: the page's rows, the position of the first row looked at, and what follows.

    `resume_after` is None where the walk ends, `more` says that a further row is known to match.
    """

    rows: list[Row]
    first: str | None
    resume_after: str | None
    more: bool = False


def walk(
    readers: Sequence[MonthReader[Row]], months: Sequence[str], request: PageRequest, limit: int
) -> Iterator[tuple[str, Row]]:
    """Rows beyond the request's position, in the direction that it asks for, read as they are taken.

    `months` are newest first; `limit` is how many rows a Query reads.
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
        page = read(month, after=after, newest_first=not request.backward, limit=limit)
        yield from page.rows
        if not (page.more and page.rows):
            return
        after = page.rows[-1][0]


def take(
    positioned: Iterable[tuple[str, Row]],
    request: PageRequest,
    matches: Callable[[Row], bool] = lambda _: True,
    most_read: int | None = None,
) -> Stretch[Row]:
    """The rows of the page that match. It may come back short once `most_read` rows were looked at for it."""
    to_skip, looked_at = request.skipped, 0
    first = last = end = None
    rows: list[Row] = []
    for position, row in positioned:
        if looked_at == most_read:
            return Stretch(rows, first, last)
        if matches(row):
            if to_skip:
                to_skip -= 1
                continue
            if len(rows) == request.size:
                return Stretch(rows, first, end, more=True)
            rows.append(row)
            end = position
        if not to_skip:
            looked_at, first, last = looked_at + 1, first or position, position
    return Stretch(rows, first, None)


def page(stretch: Stretch[Row], request: PageRequest, count: int, *, count_is_exact: bool) -> Page[Row]:
    """The rows in the list's order, whichever way they were walked."""
    onward, back = stretch.resume_after, stretch.first if request.position or request.skipped else None
    rows = stretch.rows
    if request.backward:
        rows, onward, back = rows[::-1], back, onward
    return Page(rows=rows, next=onward, previous=back, count=count, count_is_exact=count_is_exact)
