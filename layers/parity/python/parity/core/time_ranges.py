"""Ranges of time that lists are filtered by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` on, and before `end`; None is no limit."""

    start: datetime | None = None
    end: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)

    @property
    def is_open(self) -> bool:
        return self.start is None and self.end is None


ALWAYS = TimeRange()
