"""Pages of a list, requested by number or by a position in the list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from parity.core.errors import PageNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Asks for up to `size` rows: after `position`, before it if `backward`, or without it on page `number`.

    Pages are numbered from 1. A page by number reads all rows before it; a page by position does not.
    `oldest_first` is about the list: a page backward of it is read from newer to older rows.
    """

    size: int
    number: int = 1
    position: str | None = None
    backward: bool = False
    oldest_first: bool = False

    @property
    def newest_first(self) -> bool:
        """Whether rows are read from the newest to the oldest, as lists by time are."""
        return self.backward == self.oldest_first

    @property
    def skipped(self) -> int:
        return 0 if self.position else (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the list's order; `next` and `previous` are positions, None where the list ends."""

    rows: list[Row]
    next: str | None
    previous: str | None
    count: int
    count_is_exact: bool = True

    def with_rows(self, rows: list[Other]) -> Page[Other]:
        return Page(rows, self.next, self.previous, self.count, self.count_is_exact)


def paginate(rows: Sequence[Row], positions: Sequence[str], request: PageRequest) -> Page[Row]:
    """A page of rows that are all in memory, sorted by their positions. Raises PageNotFoundError."""
    if request.skipped >= max(len(rows), 1):
        raise PageNotFoundError(request.number)
    start, end = _bounds(positions, request)
    shown = list(rows[start:end])
    return Page(
        rows=shown,
        next=positions[end - 1] if shown and end < len(rows) else None,
        previous=positions[start] if shown and start else None,
        count=len(rows),
    )


def _bounds(positions: Sequence[str], request: PageRequest) -> tuple[int, int]:
    if request.position is None:
        return request.skipped, request.skipped + request.size
    if request.backward:
        end = bisect_left(positions, request.position)
        return max(0, end - request.size), end
    start = bisect_right(positions, request.position)
    return start, start + request.size
