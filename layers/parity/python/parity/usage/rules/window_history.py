"""Consecutive windows of one kind, idle ones included: what was used in each, and the limit it had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.numbers import subtract
from parity.core.periods import MOMENT, window_at
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
from parity.metering.rules.counters import UsageWindow
from parity.usage.rules.window_limits import LimitedWindow, with_limit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.core.periods import Period
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


def window_of_counter(sequence: WindowSequence, usage: MeterUsage) -> LimitedWindow | None:
    """The window that a counter counts in. It may have ended: a counter moves on only when usage comes.

    None if the counter has no window of that kind.
    """
    held = usage.levels.get(sequence.kind)
    if held is None:
        return None
    window = UsageWindow(
        kind=sequence.kind,
        period=window_at(sequence.kind, held.window_start),
        used=held.passed if sequence.kind == usage.first else held.used,
        since=held.since,
    )
    return with_limit(window, sequence.sources, usage, _latest_moment(window.period, sequence.now))


def fill_idle_windows(
    sequence: WindowSequence, stored: WindowsByStart, usage: MeterUsage | None
) -> list[LimitedWindow]:
    """One window per period: the stored one, or an idle one with usage 0.

    What is left of a window is carried through the idle windows that follow it. `stored` may also hold the
    last window before the sequence, from which the first window's rollover follows. `usage` is what the
    counter has: all that is left for the windows after its own.
    """
    before = [start for start in stored if start < sequence.first]
    last = stored[max(before)] if before else None
    windows = []
    for period in sequence.periods:
        idle = UsageWindow(kind=sequence.kind, period=period)
        last = stored.get(period.start) or _limit_idle_window(sequence, idle, last, usage)
        windows.append(last)
    return windows


def _limit_idle_window(
    sequence: WindowSequence, idle: UsageWindow, last: LimitedWindow | None, usage: MeterUsage | None
) -> LimitedWindow:
    moment = _latest_moment(idle.period, sequence.now)
    if usage and usage.at < idle.period.start:
        return with_limit(idle, sequence.sources, usage, moment)
    limited = with_limit(idle, sequence.sources, _usage_after(last), moment)
    if last is None or limited.usage_limit is None:
        return limited
    beyond = last.beyond - int(last.window.moved)
    return replace(limited, usage_limit=limited.usage_limit - limited.beyond + beyond, beyond=beyond)


def _usage_after(last: LimitedWindow | None) -> MeterUsage | None:
    """What a window held at its end, from which later windows follow."""
    end = last.window.period.end if last else None
    if last is None or end is None:
        return None
    window = last.window
    used = subtract(window.used, window.moved)
    held = LevelUsage(window.period.start, used, window.carried, window.moved, window.since)
    return MeterUsage(end - MOMENT, window.kind, {window.kind: held})


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
