"""The windows of a metered entitlement one after the other: what was used in each, and the limit it had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.entitlements.rules.sources import sources_of
from parity.metering.rules.buckets import MOMENT
from parity.usage.rules.window_limits import limited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.usage.store.ended_windows import UsageRecordStore

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.periods import EVER, Period, window_of, windows_within
from parity.metering.rules.aggregation import result
from parity.metering.rules.counters import UsageWindow
from parity.metering.rules.windows import as_checked
from parity.metering.service.timeline import tallies_in
from parity.usage.rules.window_limits import LimitedWindow, limit_and_carried
from parity.usage.service.metered_features import metered_features

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.metering.store.buckets import BucketStore
    from parity.usage.service.metered_features import Metered, QueryStores
    from parity.usage.store.ended_windows import UsageRecordStore

    Known = dict[datetime, LimitedWindow]
    """Windows that are stored, by their start."""


@dataclass(frozen=True, slots=True)
class UsageHistory:
    """Windows of one kind, the newest first."""

    feature: str
    kind: str
    windows: tuple[LimitedWindow, ...]


def usage_history(  # noqa: PLR0913, PLR0917 - of what, and how much of it
    stores: QueryStores, customer_id: str, feature: str, kind: str | None, limit: int, now: datetime
) -> UsageHistory:
    """The latest windows up to now, of the kind that is offered now unless another one is asked for.

    They go back to the first that is known of, or in which the present entitlement began.
    Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError.
    """
    (metered,) = metered_features(stores, customer_id, [feature])
    kind = kind or metered.offered(now)[0]
    periods = windows_within(kind, Period(EVER.start, now + MOMENT), limit)
    known = _known(stores.records, metered, kind, periods, now)
    windows = _with_idle(metered, kind, known, periods, now)
    windows = windows[_first(metered, known, windows) :]
    counted = _counted_in_time(stores.buckets, metered, known, windows, now)
    return UsageHistory(metered.name, kind, tuple(counted[::-1]))


def limited_windows(
    store: UsageRecordStore, metered: Metered, kind: str, periods: Sequence[Period], now: datetime
) -> list[LimitedWindow]:
    """These windows, which follow each other, with their limits. One Query, another if the first is idle."""
    known = _known(store, metered, kind, periods, now)
    return _with_idle(metered, kind, known, periods, now)


def _known(
    store: UsageRecordStore, metered: Metered, kind: str, periods: Sequence[Period], now: datetime
) -> Known:
    """Those that are stored, and the last one before them where the first is not."""
    first, last = periods[0].start, periods[-1].start
    ended = store.ended(metered.customer_id, metered.name, kind, first, last)
    counted = _counted(metered, kind, now)
    known = {each.window.period.start: each for each in [*ended, *counted]}
    if first not in known:
        before = store.last_ended(metered.customer_id, metered.name, kind, first)
        known = {each.window.period.start: each for each in before} | known
    return known


def _counted(metered: Metered, kind: str, now: datetime) -> list[LimitedWindow]:
    """The counter's window if there is one; it may have ended without anything to turn it."""
    counter = metered.counter(kind)
    if counter is None:
        return []
    window = UsageWindow(
        kind=kind,
        period=window_of(kind, counter.window_start),
        used=counter.used,
        since=counter.since,
        carried=counter.carried,
    )
    return [limited(metered.sources, window, _moment_in(window.period, now))]


def _with_idle(
    metered: Metered, kind: str, known: Known, periods: Sequence[Period], now: datetime
) -> list[LimitedWindow]:
    """Nothing is used in a window that is not known; what is left is carried through it."""
    before = [start for start in known if start < periods[0].start]
    last = known[max(before)] if before else None
    windows = []
    for period in periods:
        last = known.get(period.start) or _idle(metered, kind, last, period, now)
        windows.append(last)
    return windows


def _idle(
    metered: Metered, kind: str, last: LimitedWindow | None, period: Period, now: datetime
) -> LimitedWindow:
    counter = as_checked(last.window) if last else None
    usage_limit, carried = limit_and_carried(metered.sources, kind, counter, _moment_in(period, now))
    return LimitedWindow(UsageWindow(kind=kind, period=period, carried=carried), usage_limit)


def _moment_in(period: Period, now: datetime) -> datetime:
    """The last moment of the period so far; of one to come its first."""
    so_far = min(now, period.end - MOMENT) if period.end else now
    return max(period.start, so_far)


def _first(metered: Metered, known: Known, windows: Sequence[LimitedWindow]) -> int:
    """The place of the first window that there is anything to tell of; the last one always is."""
    sources = metered.sources.sources if metered.sources else ()
    beginning = min([*known, *(source.valid_from for source in sources), windows[-1].window.period.start])
    ended = (each.window.period.end for each in windows)
    return sum(end is not None and end <= beginning for end in ended)


def _counted_in_time(
    store: BucketStore, metered: Metered, known: Known, windows: Sequence[LimitedWindow], now: datetime
) -> list[LimitedWindow]:
    """With what the hours say where that is more than was known when the window ended: late events count."""
    told = [_is_told(metered, known, each, now) for each in windows]
    if all(told):
        return list(windows)
    tallies = tallies_in(
        store, metered.key, metered.aggregation, [each.window.period for each in windows], now
    )
    used = (result(metered.aggregation, tally) for tally in tallies)
    return [
        each if is_told else replace(each, window=replace(each.window, used=number))
        for each, is_told, number in zip(windows, told, used, strict=True)
    ]


def _is_told(metered: Metered, known: Known, each: LimitedWindow, now: datetime) -> bool:
    """Whether what is stored is the last word.

    It is for what was reported, for the present, and where a window was reset by hand: the hours do not tell
    what came after that from what came before it in the same quarter of an hour.
    """
    window = each.window
    stored = window.period.start in known
    return stored and (metered.feature.meter is None or now in window.period or window.since is not None)


def record_ended(
    store: UsageRecordStore, snapshot: Snapshot | None, changes: Iterable[CounterChange]
) -> None:
    """Keeps the windows that a counter has no more, as they were last. One write each.

    A window that goes with its plan and comes back later ends twice: the newer state of the counter counts,
    in whatever order they are told.
    """
    for change in changes:
        old, new = change.old, change.new
        sources = sources_of(snapshot, new.feature)
        for window in change.ended_windows():
            if old and window.period.end:
                ended = limited(sources, window, min(window.period.end - MOMENT, new.at))
                store.put_ended(new.customer_id, new.feature, ended, old.version)
