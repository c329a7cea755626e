"""The windows of counters that entitlements ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.core.periods import Reset
from parity.entitlements.rules.allowances import window_kinds
from parity.entitlements.rules.counters import Counter
from parity.entitlements.rules.rollover import compute_carryover_of_kind
from parity.entitlements.rules.sources import sources_of
from parity.metering.rules.counters import UsageWindow, new_counter, turned

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.aggregation_functions import Aggregation
    from parity.entitlements.rules.sources import FeatureSources, Snapshot
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.rules.usage_key import UsageKey


def kinds_of(snapshot: Snapshot | None, feature: str) -> tuple[str, ...]:
    """The windows in which the customer's usage counts; one that never ends where nothing asks for any."""
    sources = sources_of(snapshot, feature)
    return window_kinds(sources) if sources else (Reset.NEVER.value,)


def fresh_counter(
    key: UsageKey, aggregation: Aggregation, snapshot: Snapshot | None, now: datetime
) -> UsageCounter:
    """One that has counted nothing, with what rolls over from windows in which nothing was used."""
    counter = new_counter(key, aggregation, kinds_of(snapshot, key.feature), now)
    sources = sources_of(snapshot, key.feature)
    if sources is None:
        return counter
    windows = (
        replace(each, carried=compute_carryover_of_kind(sources, each.kind, None, now))
        for each in counter.windows
    )
    return replace(counter, windows=tuple(windows))


def present(counter: UsageCounter, snapshot: Snapshot | None, now: datetime) -> UsageCounter:
    """With the windows that `now` is in; the same object if it has them."""
    sources = sources_of(snapshot, counter.feature)
    return turned(counter, now, lambda window: _carried(sources, window, now))


def _carried(sources: FeatureSources | None, window: UsageWindow, now: datetime) -> int:
    return compute_carryover_of_kind(sources, window.kind, as_checked(window), now) if sources else 0


def as_checked(window: UsageWindow) -> Counter:
    """As checks see it."""
    return Counter(window.period.start, window.used, window.carried)


def is_present(counter: UsageCounter, now: datetime) -> bool:
    return all(window.period.end is None or now < window.period.end for window in counter.windows)
