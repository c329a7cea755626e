"""Reading a counter with its current windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import new_counter, settle_counter

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.entitlements.store.checks import CheckStore
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.store.buckets import BucketStore
    from parity.metering.store.counters import CounterStore
    from parity.metering.store.events import EventStore


@dataclass(frozen=True, slots=True)
class CountingStores:
    """The stores that counting events needs."""

    events: EventStore
    buckets: BucketStore
    counters: CounterStore
    checks: CheckStore


@dataclass(frozen=True, slots=True)
class CurrentCounter:
    """A counter as it is stored, and the same counter with the windows that contain the present.

    Both are the same object if the stored counter has these windows.
    """

    stored: UsageCounter | None
    counter: UsageCounter

    @property
    def is_stored(self) -> bool:
        """Whether the stored counter has the current windows."""
        return self.counter is self.stored


def read_current_counter(
    stores: CountingStores, customer_id: str, meter: Meter, now: datetime
) -> CurrentCounter:
    """One strongly consistent request; two if no counter is stored, or if it has to be settled first."""
    key = UsageKey(customer_id, meter.feature)
    stored = stores.counters.get(key)
    if stored and stored.is_current(now):
        return CurrentCounter(stored, stored)
    snapshot = stores.checks.read_for_check(customer_id, consistent=True).snapshot
    counter = stored or new_counter(key, meter.function, now)
    return CurrentCounter(stored, settle_counter(counter, snapshot, max(now, counter.at)))
