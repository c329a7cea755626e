"""Rollover: what is left of a window and carried into the next one (docs/usage.md, "Windows").

Nothing is written when a window ends, and nothing for a window without usage. So the computation starts from
the last window with usage, or from the first window of the sources that roll over.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from parity.core.periods import count_windows_between
from parity.entitlements.rules.allowances import allowance_of_kind
from parity.entitlements.rules.sources import Rollover

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.allowances import Allowance
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import FeatureSources

EVERYTHING_PERCENT = 100


def compute_carryover(allowance: Allowance, counter: Counter | None, at: datetime) -> int:
    """Returns what is carried into the window that contains `at`.

    `counter` is the customer's counter of the allowance's kind. With 100 a month, all of which rolls
    over, and 30 used in January, February gets 70 and March 170.

    If the counter is in that window already, its stored amount is returned. If it is in a later window,
    the result is 0: nothing is known of the earlier one. It is 0 as well for an unlimited allowance, for
    a soft limit, and where an override replaces the limit.
    """
    if allowance.unlimited or allowance.is_overridden:
        return 0
    start = allowance.window(at).start
    if counter and counter.window_start >= start:
        return counter.carried if counter.window_start == start else 0
    rollover = _combine_rollovers(allowance)
    return _carry_forward(allowance, rollover, counter, start) if rollover else 0


def compute_carryover_of_kind(
    feature: FeatureSources, kind: str, counter: Counter | None, at: datetime
) -> int:
    """As `compute_carryover`, for the sources valid at the moment with windows of this kind; else 0."""
    allowance = allowance_of_kind(feature, kind, at)
    return compute_carryover(allowance, counter, at) if allowance else 0


def _combine_rollovers(allowance: Allowance) -> Rollover | None:
    """The greatest percentage, and the sum of the caps. Soft limits do not roll over."""
    rolling = [source.rollover for source in allowance.sources if source.rollover]
    if not rolling or not allowance.hard_limit:
        return None
    caps = [rollover.limit for rollover in rolling if rollover.limit is not None]
    return Rollover(
        max(rollover.percentage for rollover in rolling),
        sum(caps) if len(caps) == len(rolling) else None,
    )


def _carry_forward(allowance: Allowance, rollover: Rollover, counter: Counter | None, end: datetime) -> int:
    """Returns what is carried into the window that starts at `end`, computed window by window."""
    rolling_since = min(source.unchanged_since for source in allowance.sources if source.rollover)
    begin = allowance.window(rolling_since).start
    carried: Number = 0
    if counter and counter.window_start >= begin:
        begin, carried = counter.window_start, counter.carried - counter.used
    for first, last in pairwise(_stretch_bounds(allowance, begin, end)):
        windows = count_windows_between(allowance.kind, first, last)
        carried = _carry_through(rollover, _limit_of_window(allowance, first), carried, windows)
    return int(carried)


def _stretch_bounds(allowance: Allowance, begin: datetime, end: datetime) -> list[datetime]:
    """`begin`, `end`, and the starts of the windows between in which the limit changes."""
    starts = {allowance.window(source.unchanged_since).start for source in allowance.sources}
    return sorted({begin, end, *(start for start in starts if begin < start < end)})


def _limit_of_window(allowance: Allowance, window_start: datetime) -> int:
    """The limit that a window had: the sum of the sources that gave the same in that window already."""
    return sum(
        source.value or 0
        for source in allowance.sources
        if allowance.window(source.unchanged_since).start <= window_start
    )


def _carry_through(rollover: Rollover, limit: int, carried: Number, windows: int) -> int:
    """What is carried out of the last of `windows` windows in a row, of which only the first has usage.

    `carried` is what was carried into the first window, less what was used in it. If everything is
    carried, each window adds the limit. Otherwise the amount rises or falls until it stays the same,
    which takes some thousand windows at most: half of 100 carries 50, 75, 87, 93, 96, 98, and then 99 for
    ever.
    """
    carried = _carry_over(rollover, limit + carried)
    if rollover.percentage == EVERYTHING_PERCENT:
        return _cap(rollover, carried + (windows - 1) * limit)
    for _ in range(windows - 1):
        following = _carry_over(rollover, limit + carried)
        if following == carried:
            break
        carried = following
    return carried


def _carry_over(rollover: Rollover, left: Number) -> int:
    """The part of `left` that is carried, rounded down; 0 if the limit was exceeded."""
    return _cap(rollover, int(rollover.percentage * max(0, left) // 100))


def _cap(rollover: Rollover, carried: int) -> int:
    return carried if rollover.limit is None else min(rollover.limit, carried)
