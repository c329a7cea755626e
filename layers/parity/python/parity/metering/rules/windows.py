"""The windows that a counter has, by what its customer is entitled to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.core.periods import Reset
from parity.entitlements.rules.allowances import window_kinds
from parity.entitlements.rules.counters import Counter
from parity.entitlements.rules.rollover import compute_carryover_of_kind
from parity.entitlements.rules.sources import sources_of
from parity.metering.rules.counters import UsageWindow, advance_windows, new_counter

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.aggregation_functions import Aggregation
    from parity.entitlements.rules.sources import FeatureSources, Snapshot
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.rules.usage_key import UsageKey


def kinds_of(snapshot: Snapshot | None, feature: str) -> tuple[str, ...]:
    """The kinds of windows in which usage of a feature counts; only NEVER without an entitlement to it."""
    sources = sources_of(snapshot, feature)
    return window_kinds(sources) if sources else (Reset.NEVER.value,)


def fresh_counter(
    key: UsageKey, aggregation: Aggregation, snapshot: Snapshot | None, now: datetime
) -> UsageCounter:
    """A new counter without usage. Its windows have what rolls over from earlier windows without usage."""
    counter = new_counter(key, aggregation, kinds_of(snapshot, key.feature), now)
    sources = sources_of(snapshot, key.feature)
    if sources is None:
        return counter
    windows = (
        replace(each, carried=compute_carryover_of_kind(sources, each.kind, None, now))
        for each in counter.windows
    )
    return replace(counter, windows=tuple(windows))


def with_current_windows(counter: UsageCounter, snapshot: Snapshot | None, now: datetime) -> UsageCounter:
    """The counter with the windows that `now` is in; the same object if it has them."""
    sources = sources_of(snapshot, counter.feature)
    return advance_windows(counter, now, lambda window: _carried(sources, window, now))


def _carried(sources: FeatureSources | None, window: UsageWindow, now: datetime) -> int:
    return compute_carryover_of_kind(sources, window.kind, counter_for_check(window), now) if sources else 0


def counter_for_check(window: UsageWindow) -> Counter:
    """A window as checks see it."""
    return Counter(window.period.start, window.used, window.carried)
