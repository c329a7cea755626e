"""Giving counters the windows that the customer's entitlements ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, window_at
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.entitlements.rules.rollover import compute_carryover_of_kind
from parity.entitlements.service.recompute import recompute
from parity.metering.rules.counter_changes import last_total
from parity.metering.rules.counters import UsageWindow, next_version, with_windows
from parity.metering.rules.windows import kinds_of
from parity.metering.service.tallies import AHEAD, window_tally
from parity.metering.store.counters import counter_from_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.sources import FeatureSources, Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.store.buckets import BucketStore
    from parity.metering.store.counters import CounterStore

STREAM_TIME = timedelta(days=2)
"""By then every change was delivered or dead-lettered: a stream keeps its records for one day."""


def with_entitled_windows(
    store: BucketStore, counter: UsageCounter, snapshot: Snapshot | None, now: datetime
) -> UsageCounter:
    """The counter with the kinds of windows that the entitlements ask for; the same object if it has them.

    A new window starts with what was used in it so far. Where no entitlement to the feature is left, the
    counter keeps its windows: the entitlement may come back.
    """
    if snapshot is None or not _needs_other_windows(snapshot, counter):
        return counter
    kinds = kinds_of(snapshot, counter.feature)
    known = {window.kind: window for window in counter.windows}
    sources = snapshot.features[counter.feature]
    windows = tuple(known.get(kind) or _open_window(store, counter, sources, kind, now) for kind in kinds)
    return with_windows(counter, windows)


def update_windows(
    counters: CounterStore,
    buckets: BucketStore,
    counter: UsageCounter,
    snapshot: Snapshot | None,
    now: datetime,
) -> None:
    """Stores a counter with the windows that the entitlements ask for. Reads nothing if it has them."""
    if snapshot and _needs_other_windows(snapshot, counter):
        retry(partial(_update_windows, counters, buckets, counter, snapshot, now))


def _needs_other_windows(snapshot: Snapshot, counter: UsageCounter) -> bool:
    return counter.feature in snapshot.features and kinds_of(snapshot, counter.feature) != counter.kinds


def _update_windows(
    counters: CounterStore, buckets: BucketStore, counter: UsageCounter, snapshot: Snapshot, now: datetime
) -> None:
    stored = counters.get(counter.key)
    updated = stored and with_entitled_windows(buckets, stored, snapshot, now)
    if updated and updated is not stored:
        counters.save(next_version(updated, now))


def _open_window(
    store: BucketStore, counter: UsageCounter, sources: FeatureSources, kind: str, now: datetime
) -> UsageWindow:
    period = window_at(kind, now)
    window = UsageWindow(
        kind=kind, period=period, carried=compute_carryover_of_kind(sources, kind, None, now)
    )
    if counter.aggregation is Aggregation.CHANGE:
        return replace(window, used=retry(partial(_reported_usage, store, counter, period, now)))
    return window.with_tally(counter.aggregation, window_tally(store, counter, period, now))


def _reported_usage(store: BucketStore, counter: UsageCounter, period: Period, now: datetime) -> int:
    """The usage that was reported in a period: what its hours have, and what is still on the stream.

    The latter is the counter's total less the total in its latest hour. It is added only if the counter
    changed in the period, at most two days ago: everything before has been delivered. Raises
    VersionChangedError if the hours change while they are read.
    """
    latest = store.latest_hour(counter.key, now + AHEAD)
    tally = window_tally(store, counter, period, now)
    if store.latest_hour(counter.key, now + AHEAD) != latest:
        raise VersionChangedError
    used = tally if isinstance(tally, int) else 0
    if counter.at < max(period.start, now - STREAM_TIME):
        return used
    return used + int(counter.total) - (last_total(latest) if latest else 0)


@dataclass(frozen=True, slots=True)
class WindowStores:
    """The stores that recomputing a customer and its counters needs."""

    entitlements: EntitlementStore
    counters: CounterStore
    buckets: BucketStore


def recompute_with_counters(stores: WindowStores, customer_id: str, now: datetime) -> bool:
    """Recomputes the customer's snapshot, and gives the counters the windows that it asks for.

    Returns whether the snapshot changed. Raises RecomputeFailedError.
    """
    done = recompute(stores.entitlements, customer_id, now)
    _update_counters(stores, done.holdings, now)
    return done.changed


def _update_counters(stores: WindowStores, holdings: Holdings, now: datetime) -> None:
    """Gives the counters the windows that the snapshot asks for; freezes those of an archived customer.

    Archiving froze them already, except those that were created while it was in progress.
    """
    counters = [counter_from_item(item) for item in holdings.counters]
    if holdings.customer and holdings.customer.is_archived:
        if not all(counter.frozen for counter in counters):
            stores.counters.freeze(holdings.customer.customer_id)
        return
    for counter in counters:
        update_windows(stores.counters, stores.buckets, counter, holdings.snapshot, now)
