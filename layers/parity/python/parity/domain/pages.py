"""Pages of a list: a page is asked for by number or by a position to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`size` rows. With a position: those beyond it, onwards or back; without: page `number` from 1.

    A page by number costs reads in proportion to what it skips; a page by position does not.
    """

    size: int
    number: int = 1
    position: str | None = None
    backward: bool = False

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
