"""Recomputing what a customer has, and with it the counters that have to be settled again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.dynamodb.optimistic import VersionChangedError
from parity.entitlements.rules.history import MAX_ENDED
from parity.entitlements.rules.settlement import find_earlier_turn
from parity.entitlements.service.recompute import recompute
from parity.metering.rules.counters import next_version
from parity.metering.rules.windows import feature_of, settle_counter, usage_of
from parity.metering.store.counters import counter_from_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.store.counters import CounterStore


@dataclass(frozen=True, slots=True)
class WindowStores:
    """The stores that recomputing a customer and its counters needs."""

    entitlements: EntitlementStore
    counters: CounterStore


def recompute_with_counters(stores: WindowStores, customer_id: str, now: datetime) -> bool:
    """Recomputes the customer's snapshot, and has the counters settled whose sources changed.

    Returns whether the snapshot changed. Raises RecomputeFailedError.
    """
    done = recompute(stores.entitlements, customer_id, now)
    _update_counters(stores.counters, done.holdings, now)
    return done.changed


def _update_counters(store: CounterStore, holdings: Holdings, now: datetime) -> None:
    """Has counters settled with their next usage; freezes those of an archived customer.

    The change of the sources did both already, except for counters that were created while it was in
    progress.
    """
    if holdings.customer and holdings.customer.is_archived:
        if not all(item.get("frozen") for item in holdings.counters):
            store.freeze(holdings.customer.customer_id)
        return
    for item in holdings.counters:
        counter = counter_from_item(item)
        expire_windows(store, counter, holdings.snapshot)
        _settle_long_history(store, counter, holdings.snapshot, now)


def _settle_long_history(
    store: CounterStore, counter: UsageCounter, snapshot: Snapshot | None, now: datetime
) -> None:
    """Settles a counter whose feature has a long history, so that the next snapshot does without it.

    Only where that needs no events: of those counted from events, windows that have ended are counted first.
    """
    sources = feature_of(counter, snapshot).sources
    ends = [source.valid_until for source in sources if source.valid_until]
    ends += [earlier.until for source in sources for earlier in source.earlier_ends]
    if sum(counter.at < end < now for end in ends) > MAX_ENDED and (
        counter.aggregation is Aggregation.CHANGE or counter.is_current(now)
    ):
        with suppress(VersionChangedError):
            store.save(next_version(settle_counter(counter, snapshot, now), now))


def expire_windows(store: CounterStore, counter: UsageCounter, snapshot: Snapshot | None) -> None:
    """Has a counter settled with its next usage if its sources changed since it was settled."""
    usage = usage_of(counter)
    if usage and (turn := find_earlier_turn(feature_of(counter, snapshot), usage, counter.turns_on)):
        store.expire(counter.key, turn)
