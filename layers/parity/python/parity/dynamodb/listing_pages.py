"""Pages of the rows that a list yields, each with its position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from parity.core.errors import FieldProblem, InvalidFieldsError, PageNotFoundError
from parity.core.paging import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parity.core.paging import PageRequest

Row = TypeVar("Row")

MAX_SKIPPED = 10_000
"""Rows that a page number may skip where nobody counts them: each of them has to be read."""

MAX_ROWS_READ = 1000
"""Rows looked at for one page. A page that is not full by then is returned short, with a link to go on."""

FILTERED_QUERY_ROWS = 200
"""Rows per Query where a filter may leave most of them out."""


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


def collect_uncounted_page(
    positioned: Iterable[tuple[str, Row]], request: PageRequest, matches: Callable[[Row], bool]
) -> Page[Row]:
    """One page of a list that has no counts: the count is of what was found so far.

    The page may be short, even empty, and have a `next`. Raises PageNotFoundError, and InvalidFieldsError for
    a page number that skips too much.
    """
    if request.skipped > MAX_SKIPPED:
        problem = f"may skip at most {MAX_SKIPPED} rows: follow `next` instead."
        raise InvalidFieldsError(FieldProblem("page", problem, in_query=True))
    found = collect_rows(positioned, request, matches, MAX_ROWS_READ)
    if request.skipped and not found.rows and found.resume_after is None:
        raise PageNotFoundError(request.number)
    count = request.skipped + len(found.rows) + found.more
    is_exact = found.resume_after is None and request.position is None
    return found.to_page(request, count, count_is_exact=is_exact)
