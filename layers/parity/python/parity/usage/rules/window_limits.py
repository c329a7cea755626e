"""The limit that a window of usage has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.numbers import subtract
from parity.entitlements.rules.balances import balances_at

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.balances import Balance
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import FeatureSources
    from parity.metering.rules.counters import UsageWindow


@dataclass(frozen=True, slots=True)
class LimitedWindow:
    """A window and the most that could be used in it: None where that is unlimited.

    `usage_limit` includes what was carried in, and `beyond`, which is what levels after this one had left.
    With 100 a month and 30 left of a grant it is 130.
    """

    window: UsageWindow
    usage_limit: int | None
    beyond: int = 0

    @property
    def remaining(self) -> Number | None:
        """The limit less what was used: negative where more was used, None where there is no limit."""
        return None if self.usage_limit is None else subtract(self.usage_limit, self.window.used)


def with_limit(
    window: UsageWindow, feature: FeatureSources | None, usage: MeterUsage | None, at: datetime
) -> LimitedWindow:
    """The window with the limit that the sources give it at a moment in the window.

    `usage` is of that moment, or of any before it. Without a level of the window's kind there is no limit.
    A window in which the level began was not reset by hand.
    """
    for balance in balances_at(feature, usage, at) if feature else ():
        for place, level in enumerate(balance.levels):
            if level.kind == window.kind:
                return _limit_of_level(window, balance, place)
    return LimitedWindow(replace(window, carried=0), None)


def _limit_of_level(window: UsageWindow, balance: Balance, place: int) -> LimitedWindow:
    level, held = balance.levels[place], balance.held[place]
    if window.since == level.began:
        window = replace(window, since=None)
    if balance.unlimited:
        return LimitedWindow(replace(window, carried=0), None)
    own = level.limit + held.carried
    beyond = 0 if place else int(balance.ceiling) - own
    return LimitedWindow(replace(window, carried=held.carried, moved=held.moved), own + beyond, beyond)
