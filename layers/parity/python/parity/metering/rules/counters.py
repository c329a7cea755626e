"""What a customer used of a feature: one counter with the present window of each level (docs/decisions/0043).

A report moves the usage of the first window only. Where usage does not add up, such as a MAX, every window
counts. A counter of reported usage also keeps what was used before its first window, so that it knows the
total. The difference of two totals is what was reported between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation, adds_up
from parity.core.numbers import add
from parity.core.periods import Period
from parity.metering.rules.aggregation import Tally, result

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.metering.rules.usage_key import UsageKey


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageWindow:
    """One window in which usage counts until it is reset.

    `used`: of the first window all of its usage, and of the others what moved up into them.
    `since`: when it was reset by hand, or when it began to count. What happened before does not count in it.
    `opening`: what it held when it became the first window: usage of the time before `since`.
    `carried`: what rolled over from the window before.
    `moved`: how much of the first window's usage other levels hold, and how much of it this one holds.
    `tally`: what `used` is computed from, where events are counted.
    """

    kind: str
    period: Period
    used: Number = 0
    since: datetime | None = None
    opening: Number = 0
    carried: int = 0
    moved: Number = 0
    tally: Tally | None = None

    @property
    def counting_period(self) -> Period:
        """The time in which usage counts in this window: all of it, or what follows `since`."""
        return Period(self.since or self.period.start, self.period.end)

    def with_tally(self, aggregation: Aggregation, tally: Tally | None) -> UsageWindow:
        """The window with the tally, and with the usage computed from it.

        A set of unique values is not kept, because the counter has to stay small. The hours have the set.
        """
        kept = None if aggregation is Aggregation.UNIQUE else tally
        return replace(self, tally=kept, used=add(self.opening, result(aggregation, tally)))


@dataclass(frozen=True, slots=True)
class PreviousWindow:
    """What the levels held when the first level's previous window ended.

    `opening`: what its usage was when it began to count, as in `UsageWindow`.
    """

    usage: MeterUsage
    opening: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCounter:
    """What a customer used of a feature, in one window per level; the first level comes first.

    `held`: what is reserved, and neither confirmed nor released.
    `base`: what was used before the first window.
    `at`: the moment of the last change. It never goes back.
    `previous`: from which late events of the window before are still deducted; None where none can be.
    `turns_on`: until when the windows stay as they are; None if nothing ends them.
    `settled`: the version in which they were settled last.
    `version`: grows with every change. 0 is a counter that is not stored.
    `frozen`: reports cannot change it, because the customer is archived.
    """

    key: UsageKey
    aggregation: Aggregation
    windows: tuple[UsageWindow, ...]
    held: int = 0
    base: Number = 0
    at: datetime
    previous: PreviousWindow | None = None
    turns_on: datetime | None = None
    settled: int = 0
    version: int = 0
    frozen: bool = False

    @property
    def customer_id(self) -> str:
        return self.key.customer_id

    @property
    def feature(self) -> str:
        return self.key.feature

    @property
    def adds_up(self) -> bool:
        """Whether its usage fills one level after the other."""
        return adds_up(self.aggregation)

    @property
    def total(self) -> Number:
        """All that was ever reported, corrections included. It has no meaning where events are counted."""
        return self.base + self.windows[0].used

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(window.kind for window in self.windows)

    @property
    def counting_kinds(self) -> tuple[str, ...]:
        """The kinds of the windows that usage counts in directly."""
        return self.kinds[:1] if self.adds_up else self.kinds

    def is_current(self, now: datetime) -> bool:
        """Whether the windows are those of the moment."""
        return self.turns_on is None or now < self.turns_on

    @property
    def boundaries(self) -> tuple[datetime, ...]:
        """When the windows start to count."""
        return tuple(window.counting_period.start for window in self.windows)


def change_counting_windows(
    counter: UsageCounter, change: Callable[[UsageWindow], UsageWindow]
) -> UsageCounter:
    """The counter with a change of each window that usage counts in directly."""
    counting = len(counter.counting_kinds)
    changed = (*map(change, counter.windows[:counting]), *counter.windows[counting:])
    return replace(counter, windows=changed)


def with_windows(counter: UsageCounter, windows: tuple[UsageWindow, ...]) -> UsageCounter:
    """The counter with other windows and the same total; the same object if the windows are the same."""
    if windows == counter.windows:
        return counter
    return replace(counter, windows=windows, base=counter.total - windows[0].used)


def reset_windows(counter: UsageCounter, now: datetime) -> UsageCounter:
    """The counter with every window at 0 and the same total. What happened until now counts in no window."""
    windows = tuple(
        replace(window, used=0, moved=0, opening=0, tally=None, since=max(now, window.counting_period.start))
        for window in counter.windows
    )
    return with_windows(counter, windows)


def next_version(counter: UsageCounter, now: datetime) -> UsageCounter:
    """The counter with the next version, changed at `now` or, if that is later, at its last change."""
    version = counter.version + 1
    return replace(counter, at=max(now, counter.at), version=version, settled=version)
