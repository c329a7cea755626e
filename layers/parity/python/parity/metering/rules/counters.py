"""What a customer used of a feature: one counter with a window per kind (DESIGN.md section 6).

A report moves all windows at once. What lay before the windows is kept as a sum, so that a counter also tells
how much was used in all: from one state to the next it says how much was used between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, window_of
from parity.metering.rules.aggregation import Tally, result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.metering.rules.usage_key import UsageKey


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageWindow:
    """One reset window. `since` is when it was reset by hand: what happened before does not count in it.

    `carried` is what was left of the window before. `tally` is what `used` of counted events is made of.
    """

    kind: str
    period: Period
    used: Number = 0
    since: datetime | None = None
    carried: int = 0
    tally: Tally | None = None

    @property
    def counting_period(self) -> Period:
        """When things have to happen to count."""
        return Period(self.since or self.period.start, self.period.end)

    def with_tally(self, aggregation: Aggregation, tally: Tally | None) -> UsageWindow:
        """A set of values is kept in the hours only: the counter has to stay small."""
        kept = None if aggregation is Aggregation.UNIQUE else tally
        return replace(self, tally=kept, used=result(aggregation, tally))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCounter:
    """`held` is reserved and neither used nor released; `base` was used before the first window.

    `at` is the moment of the last change and never goes back; `version` grows with every change. `frozen` is
    the counter of an archived customer.
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
        """All that was ever used, corrections included; of reported usage only."""
        return self.base + self.windows[0].used

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(window.kind for window in self.windows)

    @property
    def boundaries(self) -> tuple[datetime, ...]:
        """Where the windows start to count."""
        return tuple(window.counting_period.start for window in self.windows)


def new_counter(key: UsageKey, aggregation: Aggregation, kinds: Iterable[str], at: datetime) -> UsageCounter:
    """A counter that has not counted anything yet and is not stored either: version 0."""
    windows = tuple(UsageWindow(kind=kind, period=window_of(kind, at)) for kind in sorted(kinds))
    return UsageCounter(key=key, aggregation=aggregation, windows=windows, at=at)


def advance_windows(
    counter: UsageCounter, now: datetime, carried: Callable[[UsageWindow], int]
) -> UsageCounter:
    """With the windows that `now` is in. Windows never go back, whatever a clock says.

    `carried` tells what is left of a window that has ended for the one that `now` is in.
    """
    windows = tuple(
        window if _is_current(window, now) else _next(window, now, carried(window))
        for window in counter.windows
    )
    return with_windows(counter, windows)


def _is_current(window: UsageWindow, now: datetime) -> bool:
    return window.period.end is None or now < window.period.end


def _next(window: UsageWindow, now: datetime, carried: int) -> UsageWindow:
    return UsageWindow(kind=window.kind, period=window_of(window.kind, now), carried=carried)


def with_windows(counter: UsageCounter, windows: tuple[UsageWindow, ...]) -> UsageCounter:
    """The windows replaced, and as much used in all as before."""
    if windows == counter.windows:
        return counter
    return replace(counter, windows=windows, base=counter.total - windows[0].used)


def reset_windows(counter: UsageCounter, now: datetime) -> UsageCounter:
    """Every window at 0: what happened until now does not count in it any more, and stays used in all."""
    windows = tuple(
        replace(window, used=0, tally=None, since=max(now, window.counting_period.start))
        for window in counter.windows
    )
    return with_windows(counter, windows)


def next_version(counter: UsageCounter, now: datetime) -> UsageCounter:
    """The next version."""
    return replace(counter, at=max(now, counter.at), version=counter.version + 1)
