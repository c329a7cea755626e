"""What is left of a window and carried into the next one (WIRE.md section 7).

Nothing is written when a window turns: what was carried follows from the last window that was counted in, or
from the start of what rolls over, as nothing was used since.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from parity.core.periods import count_windows_between
from parity.entitlements.rules.allowances import allowances_at
from parity.entitlements.rules.sources import Rollover

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.allowances import Allowance
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import FeatureSources

EVERYTHING = 100


def carried_into(allowance: Allowance, counter: Counter | None, at: datetime) -> int:
    """What is carried into the window that the moment is in; the counter is the one of the allowance's kind.

    What a counter of that very window has stored is the last word. Of a window before the counter's nothing
    is known any more, so nothing was carried into it. An override replaces what was carried, too.
    """
    if allowance.unlimited or allowance.is_overridden:
        return 0
    start = allowance.window(at).start
    if counter and counter.window_start >= start:
        return counter.carried if counter.window_start == start else 0
    rollover = _together(allowance)
    return _chained(allowance, rollover, counter, start) if rollover else 0


def _together(allowance: Allowance) -> Rollover | None:
    """The greatest percentage, and the caps added up. Soft limits do not roll over."""
    rolling = [source.rollover for source in allowance.sources if source.rollover]
    if not rolling or not allowance.hard_limit:
        return None
    caps = [rollover.limit for rollover in rolling if rollover.limit is not None]
    return Rollover(
        max(rollover.percentage for rollover in rolling),
        sum(caps) if len(caps) == len(rolling) else None,
    )


def _chained(allowance: Allowance, rollover: Rollover, counter: Counter | None, end: datetime) -> int:
    """From window to window up to the one that starts at `end`."""
    rolling = (source.given_since for source in allowance.sources if source.rollover)
    begin = _first_window(allowance, min(rolling))
    carried: Number = 0
    if counter and counter.window_start >= begin:
        begin, carried = counter.window_start, counter.carried - counter.used
    for first, last in pairwise(_turns(allowance, begin, end)):
        windows = count_windows_between(allowance.kind, first, last)
        carried = _after(rollover, _limit(allowance, first), carried, windows)
    return int(carried)


def _first_window(allowance: Allowance, given_since: datetime) -> datetime:
    return allowance.window(given_since).start


def _turns(allowance: Allowance, begin: datetime, end: datetime) -> list[datetime]:
    """Where the chain begins and ends, and the windows between in which a source became valid."""
    starts = {_first_window(allowance, source.given_since) for source in allowance.sources}
    return sorted({begin, end, *(start for start in starts if begin < start < end)})


def _limit(allowance: Allowance, window_start: datetime) -> int:
    """Of the sources that were valid in that window already: nothing is given for the time before."""
    return sum(
        source.value or 0
        for source in allowance.sources
        if _first_window(allowance, source.given_since) <= window_start
    )


def _after(rollover: Rollover, limit: int, carried: Number, windows: int) -> int:
    """What is carried out of the last of so many windows, at least one, of which only the first was used.

    `carried` is what went into that one less what was used in it. The sequence rises or falls until it stands
    still, after some thousand windows at most; if all is carried, it rises by the limit each time.
    """
    carried = rollover.share(limit + carried)
    if rollover.percentage == EVERYTHING:
        return rollover.capped(carried + (windows - 1) * limit)
    for _ in range(windows - 1):
        following = rollover.share(limit + carried)
        if following == carried:
            break
        carried = following
    return carried


def carried(known: FeatureSources, kind: str, counter: Counter | None, at: datetime) -> int:
    """What the sources valid at the moment carry into its window of that kind (WIRE.md section 7)."""
    found = (each for each in allowances_at(known, at) if each.kind == kind)
    return sum(carried_into(allowance, counter, at) for allowance in found)
