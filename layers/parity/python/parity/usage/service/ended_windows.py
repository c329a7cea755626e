"""Storing windows that have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.periods import MOMENT
from parity.entitlements.rules.sources import sources_of
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import usage_of
from parity.usage.rules.window_limits import with_limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.usage.store.ended_windows import EndedWindowStore


def record_ended_windows(
    store: EndedWindowStore, snapshot: Snapshot | None, changes: Iterable[CounterChange]
) -> None:
    """Stores the last state of each window that a counter no longer has. One write each.

    A window that disappears with a plan and comes back later ends twice. The later version of the counter
    wins, in whatever order the changes are delivered.
    """
    for change in changes:
        old, new = change.old, change.new
        key, sources = UsageKey(new.customer_id, new.feature), sources_of(snapshot, new.feature)
        for window in change.ended_windows():
            if old and window.period.end:
                moment = min(window.period.end - MOMENT, new.at)
                ended = with_limit(window, sources, usage_of(old), moment)
                store.put(key, ended, old.version)
