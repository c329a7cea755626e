"""Consecutive windows of one kind, idle ones included: what was used in each, and the limit it had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.periods import window_at
from parity.metering.rules.buckets import MOMENT
from parity.metering.rules.counters import UsageWindow
from parity.metering.rules.windows import counter_for_check
from parity.usage.rules.window_limits import LimitedWindow, compute_limit, with_limit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.core.periods import Period
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import FeatureSources

    WindowsByStart = dict[datetime, LimitedWindow]


@dataclass(frozen=True, slots=True)
class WindowSequence:
    """The periods of consecutive windows of one kind, and the sources that give them limits at `now`."""

    sources: FeatureSources | None
    kind: str
    periods: Sequence[Period]
    now: datetime

    @property
    def first(self) -> datetime:
        """The start of the first window."""
        return self.periods[0].start

    @property
    def last(self) -> datetime:
        """The start of the last window."""
        return self.periods[-1].start


def window_of_counter(sequence: WindowSequence, counter: Counter) -> LimitedWindow:
    """The window that the counter counts in. It may have ended: a counter moves on only when usage comes."""
    window = UsageWindow(
        kind=sequence.kind,
        period=window_at(sequence.kind, counter.window_start),
        used=counter.used,
        since=counter.since,
        carried=counter.carried,
    )
    return with_limit(window, sequence.sources, _latest_moment(window.period, sequence.now))


def fill_idle_windows(sequence: WindowSequence, stored: WindowsByStart) -> list[LimitedWindow]:
    """One window per period: the stored one, or an idle one with usage 0.

    What is left of a window is carried through the idle windows that follow it. `stored` may also hold the
    last window before the sequence, from which the first window's rollover follows.
    """
    before = [start for start in stored if start < sequence.first]
    last = stored[max(before)] if before else None
    windows = []
    for period in sequence.periods:
        last = stored.get(period.start) or _idle_window(sequence, period, last)
        windows.append(last)
    return windows


def _idle_window(sequence: WindowSequence, period: Period, last: LimitedWindow | None) -> LimitedWindow:
    counter = counter_for_check(last.window) if last else None
    moment = _latest_moment(period, sequence.now)
    usage_limit, carried = compute_limit(sequence.sources, sequence.kind, counter, moment)
    return LimitedWindow(UsageWindow(kind=sequence.kind, period=period, carried=carried), usage_limit)


def _latest_moment(period: Period, now: datetime) -> datetime:
    """The last moment of the period that is not after `now`; the first moment of a period in the future."""
    so_far = min(now, period.end - MOMENT) if period.end else now
    return max(period.start, so_far)


def without_windows_before_use(
    sequence: WindowSequence, stored: WindowsByStart, windows: Sequence[LimitedWindow]
) -> Sequence[LimitedWindow]:
    """Leaves out the windows before the first stored one and before the present entitlement began.

    The windows from the earlier of both remain, and always the last one. With an entitlement since 10 March
    and nothing stored, monthly windows start in March.
    """
    sources = sequence.sources.sources if sequence.sources else ()
    beginning = min([*stored, *(source.valid_from for source in sources), windows[-1].window.period.start])
    ends = (each.window.period.end for each in windows)
    return windows[sum(end is not None and end <= beginning for end in ends) :]


def is_final(window: UsageWindow, now: datetime, *, is_stored: bool, is_reported: bool) -> bool:
    """Whether the stored usage of a window is right as it is. If not, the window is read from the hours.

    Late events of a window that has ended are in the hours only. The present window and windows of reported
    usage have no such events. A window that was reset by hand is not read from the hours, because they do not
    say how much of a quarter hour came before the reset.
    """
    return is_stored and (is_reported or now in window.period or window.since is not None)
