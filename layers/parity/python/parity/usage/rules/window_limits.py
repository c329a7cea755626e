"""The limit that a window of usage has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.entitlements.rules.allowances import allowances_at
from parity.entitlements.rules.rollover import compute_carryover
from parity.metering.rules.windows import counter_for_check

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import FeatureSources
    from parity.metering.rules.counters import UsageWindow


@dataclass(frozen=True, slots=True)
class LimitedWindow:
    """A window and its limit, which includes what was carried into it: None for an unlimited one."""

    window: UsageWindow
    usage_limit: int | None

    @property
    def remaining(self) -> Number | None:
        """The limit less what was used: negative where more was used, None where there is no limit."""
        return None if self.usage_limit is None else self.usage_limit - self.window.used


def with_limit(window: UsageWindow, sources: FeatureSources | None, at: datetime) -> LimitedWindow:
    """The window with the limit that the sources give it at a moment in the window."""
    usage_limit, carried = compute_limit(sources, window.kind, counter_for_check(window), at)
    return LimitedWindow(replace(window, carried=carried), usage_limit)


def compute_limit(
    sources: FeatureSources | None, kind: str, counter: Counter | None, at: datetime
) -> tuple[int | None, int]:
    """Returns the limit of the window that contains the moment, and how much of it was carried in.

    `counter` belongs to that window, or to the last window before it with any usage. An allowance of 100 with
    20 carried in gives (120, 20). An unlimited window, or one without a source, gives (None, 0).
    """
    found = (each for each in allowances_at(sources, at) if each.kind == kind) if sources else ()
    allowance = next(iter(found), None)
    if allowance is None or allowance.unlimited:
        return None, 0
    carried = compute_carryover(allowance, counter, at)
    return allowance.limit + carried, carried
