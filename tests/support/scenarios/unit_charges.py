"""Usage charged unit by unit, as docs/entitlements.md says: slow, and plain enough to be seen to be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol

from parity.core.periods import Period
from parity.entitlements.rules.sources import Rollover


class ChargedLevel(Protocol):
    """What a level gives. One that is replaced keeps what was used in it, and gives nothing."""

    @property
    def kind(self) -> str: ...
    @property
    def limit(self) -> int: ...
    @property
    def unlimited(self) -> bool: ...
    @property
    def is_replaced(self) -> bool: ...
    @property
    def rollover(self) -> Rollover | None: ...
    def window(self, at: datetime) -> Period: ...


def carry_over(level: ChargedLevel, balance: int) -> int:
    """What rolls over. `balance` is what was carried into the window that ends, less what was used in it."""
    if level.rollover is None:
        return 0
    carried = level.rollover.percentage * max(0, level.limit + balance) // 100
    return carried if level.rollover.limit is None else min(carried, level.rollover.limit)


@dataclass
class UnitCharges:
    """What each level holds in its present window, by kind.

    `charged` are the levels of the units that happened in the first level's present window and that another
    level holds. `elsewhere` is how many there were, also those whose level has turned since. `since` is from
    when on usage counts in the first level's window.
    """

    used: dict[str, int] = field(default_factory=dict)
    carried: dict[str, int] = field(default_factory=dict)
    starts: dict[str, datetime] = field(default_factory=dict)
    levels: tuple[ChargedLevel, ...] = ()
    charged: list[str] = field(default_factory=list)
    elsewhere: int = 0
    since: datetime | None = None

    @property
    def giving(self) -> tuple[ChargedLevel, ...]:
        return tuple(level for level in self.levels if not level.is_replaced)

    def enter(self, levels: Sequence[ChargedLevel], at: datetime) -> None:
        """Goes on to the levels of a moment. No window may have turned between the last moment and this."""
        before, first = {level.kind: level for level in self.levels}, self._first_window()
        for kind in before.keys() - {level.kind for level in levels}:
            self._forget(kind)
        for level in levels:
            start = level.window(at).start
            if level.kind not in before:
                self.used[level.kind] = self.carried[level.kind] = 0
            elif start != self.starts[level.kind]:
                carried = carry_over(before[level.kind], self.carried[level.kind] - self.used[level.kind])
                self._forget(level.kind)
                self.used[level.kind], self.carried[level.kind] = 0, carried
            self.starts[level.kind] = start
        self.levels = tuple(levels)
        if self._first_window() != first:
            self.charged, self.elsewhere, self.since = [], 0, at
        self._settle_debts()

    def _first_window(self) -> tuple[str, datetime] | None:
        return next(((level.kind, self.starts[level.kind]) for level in self.giving), None)

    def _forget(self, kind: str) -> None:
        del self.used[kind], self.carried[kind], self.starts[kind]
        self.charged = [each for each in self.charged if each != kind]

    def count(self, moment: datetime, amount: int) -> None:
        """Charges what happened at a moment, if that counts in the first level's present window."""
        if self.since and moment >= self.since:
            self.charge(amount)

    def charge(self, amount: int) -> None:
        """Each unit goes to the first level with room, and beyond everything to the first one."""
        if not self.giving:
            return
        first = self.giving[0]
        if amount < 0:
            self.used[first.kind] += amount
        for _ in range(amount):
            level = next((each for each in self.giving if self._room(each) > 0), first)
            self.used[level.kind] += 1
            if level is not first:
                self.charged.append(level.kind)
                self.elsewhere += 1
        self._settle_debts()

    def _settle_debts(self) -> None:
        """Room in another level takes what was used beyond everything. Room in the first takes back."""
        if not self.giving:
            return
        first, *others = self.giving
        for level in others:
            while self._room(first) < 0 < self._room(level):
                self._move(first, level)
                self.charged.append(level.kind)
                self.elsewhere += 1
        for level in reversed(others):
            while self._room(first) > 0 and level.kind in self.charged:
                self._move(level, first)
                self.charged.remove(level.kind)
                self.elsewhere -= 1

    def _room(self, level: ChargedLevel) -> float:
        return inf if level.unlimited else level.limit + self.carried[level.kind] - self.used[level.kind]

    def _move(self, origin: ChargedLevel, target: ChargedLevel) -> None:
        self.used[origin.kind] -= 1
        self.used[target.kind] += 1

    @property
    def total_of_first(self) -> int:
        """All that was used in the first level's present window."""
        return self.used[self.giving[0].kind] + self.elsewhere if self.giving else 0

    def reset(self, at: datetime) -> None:
        """As somebody does by hand: nothing is used in any window."""
        self.used, self.charged, self.elsewhere, self.since = dict.fromkeys(self.used, 0), [], 0, at

    @property
    def limit(self) -> int:
        return sum(level.limit + self.carried[level.kind] for level in self.giving)

    @property
    def held(self) -> int:
        return sum(self.used[level.kind] for level in self.giving)

    @property
    def rolled_over(self) -> int:
        return sum(self.carried[level.kind] for level in self.giving)
