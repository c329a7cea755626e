"""Counters with the windows that the customer's entitlements ask for, now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, window_of
from parity.dynamodb.optimistic import VersionChangedError, retried
from parity.entitlements.rules.rollover import compute_carryover_of_kind
from parity.entitlements.service.recompute import recompute
from parity.metering.rules.counter_changes import last_total
from parity.metering.rules.counters import UsageWindow, stamped, with_windows
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

BEHIND = timedelta(days=2)
"""For longer than the stream keeps anything nothing is on its way."""


def rewindowed(
    store: BucketStore, counter: UsageCounter, snapshot: Snapshot | None, now: datetime
) -> UsageCounter:
    """With the kinds of windows that the snapshot asks for. A new window holds what was used in it so far.

    The same object if nothing changes; also where no entitlement asks for anything: it may come back.
    """
    if snapshot is None or not _asks_for_others(snapshot, counter):
        return counter
    kinds = kinds_of(snapshot, counter.feature)
    known = {window.kind: window for window in counter.windows}
    sources = snapshot.features[counter.feature]
    windows = tuple(known.get(kind) or _opened(store, counter, sources, kind, now) for kind in kinds)
    return with_windows(counter, windows)


def adjust(
    counters: CounterStore,
    buckets: BucketStore,
    counter: UsageCounter,
    snapshot: Snapshot | None,
    now: datetime,
) -> None:
    """Gives a counter the windows that the snapshot asks for; usually it has them, and nothing is read."""
    if snapshot and _asks_for_others(snapshot, counter):
        retried(partial(_adjust, counters, buckets, counter, snapshot, now))


def _asks_for_others(snapshot: Snapshot, counter: UsageCounter) -> bool:
    return counter.feature in snapshot.features and kinds_of(snapshot, counter.feature) != counter.kinds


def _adjust(
    counters: CounterStore, buckets: BucketStore, counter: UsageCounter, snapshot: Snapshot, now: datetime
) -> None:
    stands = counters.get(counter.key)
    changed = stands and rewindowed(buckets, stands, snapshot, now)
    if changed and changed is not stands:
        counters.save(stamped(changed, now))


def _opened(
    store: BucketStore, counter: UsageCounter, sources: FeatureSources, kind: str, now: datetime
) -> UsageWindow:
    rolled_over = compute_carryover_of_kind(sources, kind, None, now)
    window = UsageWindow(kind=kind, period=window_of(kind, now), carried=rolled_over)
    if counter.aggregation is Aggregation.CHANGE:
        return replace(window, used=retried(partial(_reported, store, counter, window.counted, now)))
    return window.with_tally(counter.aggregation, window_tally(store, counter, window.counted, now))


def _reported(store: BucketStore, counter: UsageCounter, period: Period, now: datetime) -> int:
    """What was reported in a period: by the hours, and what the stream did not bring there yet.

    Raises VersionChangedError if the hours change while they are read.
    """
    latest = store.latest_hour(counter.key, now + AHEAD)
    tally = window_tally(store, counter, period, now)
    if store.latest_hour(counter.key, now + AHEAD) != latest:
        raise VersionChangedError
    used = tally if isinstance(tally, int) else 0
    if counter.at < max(period.start, now - BEHIND):
        return used
    return used + int(counter.total) - (last_total(latest) if latest else 0)


@dataclass(frozen=True, slots=True)
class WindowStores:
    """What recomputing a customer takes, counters included."""

    entitlements: EntitlementStore
    counters: CounterStore
    buckets: BucketStore


def recompute_with_counters(stores: WindowStores, customer_id: str, now: datetime) -> bool:
    """Recomputes the customer's snapshot and has the counters follow it; True if the snapshot changed.

    Raises RecomputeFailedError.
    """
    done = recompute(stores.entitlements, customer_id)
    _follow_snapshot(stores, done.holdings, now)
    return done.changed


def _follow_snapshot(stores: WindowStores, holdings: Holdings, now: datetime) -> None:
    """Gives counters the windows that the entitlements ask for now; usually they have them.

    Those of an archived customer that were created while the archive was written are frozen.
    """
    counters = [counter_from_item(item) for item in holdings.counters]
    if holdings.customer and holdings.customer.is_archived:
        if not all(counter.frozen for counter in counters):
            stores.counters.freeze(holdings.customer.customer_id)
        return
    for counter in counters:
        adjust(stores.counters, stores.buckets, counter, holdings.snapshot, now)
