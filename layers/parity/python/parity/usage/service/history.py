"""Reading the windows of a metered entitlement: what was used in each, and the limit it had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.periods import EVER, MOMENT, Period, latest_windows
from parity.metering.rules.aggregation import result
from parity.metering.service.timeline import read_tallies
from parity.usage.rules.window_history import (
    fill_idle_windows,
    is_final,
    window_of_counter,
    without_windows_before_use,
)
from parity.usage.service.metered_features import read_metered_features

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.entitlements.store.checks import CheckStore
    from parity.metering.store.buckets import BucketStore
    from parity.usage.rules.window_history import WindowsByStart, WindowSequence
    from parity.usage.rules.window_limits import LimitedWindow
    from parity.usage.service.metered_features import MeteredFeature
    from parity.usage.store.ended_windows import EndedWindowStore


@dataclass(frozen=True, slots=True)
class HistoryStores:
    """The stores that reading usage by window or over time needs."""

    checks: CheckStore
    features: FeatureStore
    buckets: BucketStore
    ended_windows: EndedWindowStore


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """`feature` is an identifier or an id; `kind` is None for the windows that the entitlement has now."""

    customer_id: str
    feature: str
    kind: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class UsageHistory:
    """Windows of one kind, the newest first."""

    feature: str
    kind: str
    windows: tuple[LimitedWindow, ...]


def read_usage_history(stores: HistoryStores, query: HistoryQuery, now: datetime) -> UsageHistory:
    """The latest windows up to now, at most `query.limit`.

    They go back to the first window that is stored, or in which the present entitlement began.
    Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError.
    """
    (feature,) = read_metered_features(stores.checks, stores.features, query.customer_id, [query.feature])
    kind = feature.find_kind(query.kind, now) if query.kind else feature.kind_and_limit(now)[0]
    periods = latest_windows(kind, Period(EVER.start, now + MOMENT), query.limit)
    sequence = feature.window_sequence(kind, periods, now)
    stored = _read_stored_windows(stores.ended_windows, feature, sequence)
    windows = without_windows_before_use(sequence, stored, fill_idle_windows(sequence, stored, feature.usage))
    windows = _with_late_events(stores.buckets, feature, stored, windows, now)
    return UsageHistory(feature.identifier, kind, tuple(windows[::-1]))


def read_limited_windows(
    store: EndedWindowStore, feature: MeteredFeature, sequence: WindowSequence
) -> list[LimitedWindow]:
    """The windows of the sequence with their limits. One Query, and another if the first window is idle."""
    stored = _read_stored_windows(store, feature, sequence)
    return fill_idle_windows(sequence, stored, feature.usage)


def _read_stored_windows(
    store: EndedWindowStore, feature: MeteredFeature, sequence: WindowSequence
) -> WindowsByStart:
    """Reads the ended windows and the counter's. If the first is idle, also the last one before it."""
    ended = store.list_between(feature.key, sequence.kind, sequence.first, sequence.last)
    windows = {each.window.period.start: each for each in ended}
    current = window_of_counter(sequence, feature.usage) if feature.usage else None
    if current:
        windows[current.window.period.start] = current
    if sequence.first not in windows:
        before = store.find_last_before(feature.key, sequence.kind, sequence.first)
        if before:
            windows.setdefault(before.window.period.start, before)
    return windows


def _with_late_events(
    store: BucketStore,
    feature: MeteredFeature,
    stored: WindowsByStart,
    windows: Sequence[LimitedWindow],
    now: datetime,
) -> Sequence[LimitedWindow]:
    """Reads the windows again from the hours where the stored usage is not final. No request if all is."""
    are_final = [
        is_final(
            each.window,
            now,
            is_stored=each.window.period.start in stored,
            is_reported=feature.is_reported,
        )
        for each in windows
    ]
    if all(are_final):
        return windows
    periods = [each.window.period for each in windows]
    tallies = read_tallies(store, feature.key, feature.aggregation, periods, now)
    used = (result(feature.aggregation, tally) for tally in tallies)
    return [
        each if final else replace(each, window=replace(each.window, used=number))
        for each, final, number in zip(windows, are_final, used, strict=True)
    ]
