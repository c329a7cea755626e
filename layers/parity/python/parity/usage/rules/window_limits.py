"""Keeping the windows of usage that have ended, and the limit that a window has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.entitlements.rules.rollover import carried_into
from parity.entitlements.rules.sources import allowances_at, sources_of
from parity.metering.rules.buckets import MOMENT
from parity.metering.service.windows import as_checked
from parity.usage.store.ended_windows import LimitedWindow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.entitlements.rules.sources import Counter, FeatureSources, Snapshot
    from parity.metering.rules.counters import UsageWindow
    from parity.metering.service.reported_hours import CounterChange
    from parity.usage.store.ended_windows import UsageRecordStore


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
    found = (each for each in allowances_at(sources, at) if each.kind == kind) if sources else ()
    allowance = next(iter(found), None)
    if allowance is None or allowance.unlimited:
        return None, 0
    carried = carried_into(allowance, counter, at)
    return allowance.limit + carried, carried
