"""Keeping the windows of usage that have ended, and the limit that a window has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.metering.rules.counters import UsageWindow

if TYPE_CHECKING:
    from parity.core.numbers import Number

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.entitlements.rules.allowances import allowance_of_kind
from parity.entitlements.rules.rollover import compute_carryover
from parity.metering.rules.windows import as_checked

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import FeatureSources
    from parity.metering.rules.counters import UsageWindow


def limited(sources: FeatureSources | None, window: UsageWindow, at: datetime) -> LimitedWindow:
    """The window with the limit that it has at a moment in it."""
    usage_limit, carried = limit_and_carried(sources, window.kind, as_checked(window), at)
    return LimitedWindow(replace(window, carried=carried), usage_limit)


def limit_and_carried(
    sources: FeatureSources | None, kind: str, counter: Counter | None, at: datetime
) -> tuple[int | None, int]:
    """Of the window of that kind that the moment is in; no limit where there is none.

    `counter` is of that window, or of the last one before it in which anything was used. The limit has what
    was carried into the window in it.
    """
    allowance = allowance_of_kind(sources, kind, at) if sources else None
    if allowance is None or allowance.unlimited:
        return None, 0
    carried = compute_carryover(allowance, counter, at)
    return allowance.limit + carried, carried


@dataclass(frozen=True, slots=True)
class LimitedWindow:
    """A window with its limit: None where it was unlimited, or nothing gave one."""

    window: UsageWindow
    usage_limit: int | None

    @property
    def remaining(self) -> Number | None:
        """Less than 0 where more was used than the limit."""
        return None if self.usage_limit is None else self.usage_limit - self.window.used
