"""Rollover: what is left of a window and carried into the next one (docs/usage.md, "Windows")."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.core.numbers import Number
    from parity.entitlements.rules.levels import Level
    from parity.entitlements.rules.sources import Rollover

EVERYTHING_PERCENT = 100


def carry_over(level: Level, balance: Number) -> int:
    """What is carried out of a window: a percentage of what is left, rounded down and capped.

    `balance` is what was carried into the window, less what was used in it. With a limit of 100, 20 carried
    in and 50 used, 70 are left.
    """
    rollover = level.rollover
    return _carry_left(rollover, level.limit + balance) if rollover else 0


def carry_through(level: Level, balance: Number, windows: int) -> int:
    """What is carried out of the last of `windows` windows in a row, of which only the first has usage.

    If everything is carried, each window adds the limit. Otherwise the amount rises or falls until it stays
    the same, which takes some thousand windows at most: half of 100 carries 50, 75, 87, 93, 96, 98, and
    then 99 for ever.
    """
    if (rollover := level.rollover) is None:
        return 0
    carried = _carry_left(rollover, level.limit + balance)
    if rollover.percentage == EVERYTHING_PERCENT:
        return _cap(rollover, carried + (windows - 1) * level.limit)
    for _ in range(windows - 1):
        following = _carry_left(rollover, level.limit + carried)
        if following == carried:
            break
        carried = following
    return carried


def _carry_left(rollover: Rollover, left: Number) -> int:
    """The part of `left` that is carried; 0 if the limit was exceeded."""
    return _cap(rollover, int(rollover.percentage * max(0, left) // 100))


def _cap(rollover: Rollover, carried: int) -> int:
    return carried if rollover.limit is None else min(rollover.limit, carried)
