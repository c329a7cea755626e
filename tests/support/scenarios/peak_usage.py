"""Usage that does not add up, such as a MAX: each kind of windows has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.support.scenarios.unit_charges import ChargedLevel, carry_over


@dataclass
class PeakUsage:
    """The values that were counted, and since when each kind of windows counts them."""

    values: list[tuple[datetime, int]] = field(default_factory=list)
    since: dict[str, datetime] = field(default_factory=dict)
    carried: dict[str, int] = field(default_factory=dict)
    levels: tuple[ChargedLevel, ...] = ()

    @property
    def giving(self) -> tuple[ChargedLevel, ...]:
        return tuple(level for level in self.levels if not level.is_replaced)

    def enter(self, levels: Sequence[ChargedLevel], at: datetime) -> None:
        """Goes on to the levels of a moment. No window may have turned between the last moment and this."""
        before = {level.kind: level for level in self.levels}
        for level in levels:
            start = level.window(at).start
            if level.kind not in before:
                self.since[level.kind], self.carried[level.kind] = at, 0
            elif start > self.since[level.kind]:
                left = self.carried[level.kind] - self.used(level.kind)
                self.carried[level.kind] = carry_over(before[level.kind], left)
                self.since[level.kind] = start
        self.levels = tuple(levels)

    def count(self, moment: datetime, value: int) -> None:
        self.values.append((moment, value))

    def used(self, kind: str) -> int:
        return max((value for moment, value in self.values if moment >= self.since[kind]), default=0)

    def reset(self, at: datetime) -> None:
        self.since = dict.fromkeys(self.since, at)
