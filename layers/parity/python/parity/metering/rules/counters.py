"""What a customer used of a feature: one counter with a window per kind (docs/decisions/0017).

A report changes all windows at once. A counter of reported usage also keeps what was used before its windows,
so that it knows the total. The difference of two totals is what was reported between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, window_at
from parity.metering.rules.aggregation import Tally, result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.metering.rules.usage_key import UsageKey


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageWindow:
    """One window in which usage counts until it is reset.

    `since`: when it was reset by hand. What happened before does not count in it.
    `carried`: what rolled over from the window before.
    `tally`: what `used` is computed from, where events are counted.
    """

    kind: str
    period: Period
    used: Number = 0
    since: datetime | None = None
    carried: int = 0
    tally: Tally | None = None

    @property
    def counting_period(self) -> Period:
        """The time in which usage counts in this window: all of it, or what follows a reset by hand."""
        return Period(self.since or self.period.start, self.period.end)

    def has_ended(self, now: datetime) -> bool:
        return self.period.end is not None and now >= self.period.end

    def with_tally(self, aggregation: Aggregation, tally: Tally | None) -> UsageWindow:
        """The window with the tally, and with the usage computed from it.

        A set of unique values is not kept, because the counter has to stay small. The hours have the set.
        """
        kept = None if aggregation is Aggregation.UNIQUE else tally
        return replace(self, tally=kept, used=result(aggregation, tally))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCounter:
    """What a customer used of a feature, in windows of one or several kinds.

    `held`: what is reserved, and neither confirmed nor released.
    `base`: what was used before the first window.
    `at`: the moment of the last change. It never goes back.
    `version`: grows with every change. 0 is a counter that is not stored.
    `frozen`: reports cannot change it, because the customer is archived.
    """

    key: UsageKey
    aggregation: Aggregation
    windows: tuple[UsageWindow, ...]
    held: int = 0
    base: Number = 0
    at: datetime
    version: int = 0
    frozen: bool = False

    @property
    def customer_id(self) -> str:
        return self.key.customer_id

    @property
    def feature(self) -> str:
        return self.key.feature

    @property
    def total(self) -> Number:
        """All that was ever reported, corrections included. It has no meaning where events are counted."""
        return self.base + self.windows[0].used

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(window.kind for window in self.windows)

    def has_ended_windows(self, now: datetime) -> bool:
        return any(window.has_ended(now) for window in self.windows)

    @property
    def boundaries(self) -> tuple[datetime, ...]:
        """When the windows start to count."""
        return tuple(window.counting_period.start for window in self.windows)


def new_counter(key: UsageKey, aggregation: Aggregation, kinds: Iterable[str], at: datetime) -> UsageCounter:
    """A counter with no usage, in the windows that the moment is in."""
    windows = tuple(UsageWindow(kind=kind, period=window_at(kind, at)) for kind in sorted(kinds))
    return UsageCounter(key=key, aggregation=aggregation, windows=windows, at=at)


def advance_windows(
    counter: UsageCounter, now: datetime, carried: Callable[[UsageWindow], int]
) -> UsageCounter:
    """The counter with the windows that `now` is in; the same object if it has them.

    A clock that is behind never brings an earlier window back. `carried` says how much of a window that has
    ended rolls over.
    """
    windows = tuple(
        _next_window(window, now, carried(window)) if window.has_ended(now) else window
        for window in counter.windows
    )
    return with_windows(counter, windows)


def _next_window(window: UsageWindow, now: datetime, carried: int) -> UsageWindow:
    return UsageWindow(kind=window.kind, period=window_at(window.kind, now), carried=carried)


def with_windows(counter: UsageCounter, windows: tuple[UsageWindow, ...]) -> UsageCounter:
    """The counter with other windows and the same total; the same object if the windows are the same."""
    if windows == counter.windows:
        return counter
    return replace(counter, windows=windows, base=counter.total - windows[0].used)


def reset_windows(counter: UsageCounter, now: datetime) -> UsageCounter:
    """The counter with every window at 0 and the same total. What happened until now counts in no window."""
    windows = tuple(
        replace(window, used=0, tally=None, since=max(now, window.counting_period.start))
        for window in counter.windows
    )
    return with_windows(counter, windows)


def next_version(counter: UsageCounter, now: datetime) -> UsageCounter:
    """The counter with the next version, changed at `now` or, if that is later, at its last change."""
    return replace(counter, at=max(now, counter.at), version=counter.version + 1)
