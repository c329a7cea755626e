"""Counting events, exactly once each (docs/decisions/0020).

The stream delivers the events of one customer and hour in order, some of them repeatedly. A bucket holds the
sequence number of the last event counted in it, and is written together with the counter, so a redelivery
changes nothing. An hour that was counted from its stored events, as when it was closed, is counted that way
again whenever another event of it is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.dynamodb.optimistic import retry
from parity.metering.rules.buckets import HourBucket, HourChange, hour_of, update_bucket
from parity.metering.rules.counters import next_version
from parity.metering.rules.event_values import add_to_slots, add_to_windows, occurrences_of
from parity.metering.rules.unique_values import BucketFullError, is_full, limit_values
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.counters import read_current_counter
from parity.metering.service.late_events import deduct_late_events
from parity.metering.service.tallies import recount_windows, slots_from_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.rules.event_values import NumberedEvent, Occurrence
    from parity.metering.service.counters import CountingStores, CurrentCounter
    from parity.metering.store.buckets import BucketStore

HOURS_AT_ONCE = 40
"""Each with its day's mark at most, and the counter: a transaction has up to 100 writes."""

SETS_AT_ONCE = 9
"""A transaction has up to 4 MB, and a bucket with different values up to 400 KB."""

IDEMPOTENT = {Aggregation.MAX, Aggregation.MIN, Aggregation.LATEST, Aggregation.UNIQUE}
"""Aggregations in which an event that is counted twice makes no difference."""


def count_events(
    stores: CountingStores, customer_id: str, meter: Meter, events: Iterable[NumberedEvent], now: datetime
) -> None:
    """Counts each event for a meter once, however often it is delivered.

    Each 40 hours take two reading requests and a writing one. Raises BucketFullError after counting
    everything, if an hour became full. A redelivery of the same events does not raise it again.
    """
    full: list[datetime] = []
    for hours in _hours_at_once(meter, occurrences_of(meter, events)):
        full += retry(partial(_count_hours, stores, customer_id, meter, hours, now))
    if full:
        raise BucketFullError(UsageKey(customer_id, meter.feature), full[0])


def _hours_at_once(
    meter: Meter, occurrences: Iterable[Occurrence]
) -> Iterator[dict[datetime, list[Occurrence]]]:
    """Yields the occurrences by their hour: each time for as many hours as one transaction takes."""
    in_order = sorted(occurrences, key=lambda each: each.moment)
    groups = iter([(hour, list(found)) for hour, found in groupby(in_order, lambda e: hour_of(e.moment))])
    at_once = SETS_AT_ONCE if meter.function is Aggregation.UNIQUE else HOURS_AT_ONCE
    while hours := dict(islice(groups, at_once)):
        yield hours


def _count_hours(
    stores: CountingStores,
    customer_id: str,
    meter: Meter,
    hours: Mapping[datetime, list[Occurrence]],
    now: datetime,
) -> list[datetime]:
    """Counts the occurrences of these hours. Returns the hours that became full by that."""
    current = read_current_counter(stores, customer_id, meter, now)
    attempt = _Attempt(stores, meter, current.counter, now)
    key = current.counter.key
    stored = stores.buckets.hours(key, hours)
    changes, counted, has_new = [], [], False
    for hour, occurrences in hours.items():
        bucket = stored.get(hour) or HourBucket(hour=hour, aggregation=meter.function)
        new = [each for each in occurrences if each.sequence > bucket.applied]
        has_new = has_new or bool(new)
        if after := attempt.count_hour(bucket, new):
            changes.append(HourChange(bucket, after))
            counted += new
    if changes or (has_new and not current.is_stored):
        counter = _update_counter(stores.buckets, current, changes, counted, now)
        if min(hours) < counter.windows[0].period.start:
            counter = deduct_late_events(
                stores, counter, now, {each.after.hour: each.after for each in changes}
            )
        stores.buckets.write(key, changes, next_version(counter, now))
    return [
        each.after.hour for each in changes if is_full(each.after.slots) and not is_full(each.before.slots)
    ]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt to count events."""

    stores: CountingStores
    meter: Meter
    counter: UsageCounter
    now: datetime

    def count_hour(self, bucket: HourBucket, new: Sequence[Occurrence]) -> HourBucket | None:
        """The next version of the hour, with the new occurrences.

        None when the bucket is unchanged and a redelivery would leave it unchanged too.
        """
        if not new:
            return None
        from_events = bucket.recounted and bucket.has_events(self.now)
        slots = self._slots_from_events(bucket) if from_events else self._add_to_slots(bucket, new)
        if slots == bucket.slots and (from_events or bucket.aggregation in IDEMPOTENT):
            return None
        return update_bucket(
            bucket,
            self.now,
            due=_next_window_start(self.counter, new),
            applied=max(each.sequence for each in new),
            slots=slots,
            events_until=bucket.events_kept_until(self.stores.events.retention),
        )

    def _slots_from_events(self, bucket: HourBucket) -> dict[datetime, Tally]:
        return slots_from_events(self.stores.events, self.meter, self.counter, bucket.hour)

    def _add_to_slots(self, bucket: HourBucket, new: Iterable[Occurrence]) -> dict[datetime, Tally]:
        return limit_values(add_to_slots(bucket.slots, self.counter, new))


def _next_window_start(counter: UsageCounter, new: Iterable[Occurrence]) -> datetime | None:
    """When the next window begins, if any of the new events already belongs to it; else None.

    The hour becomes due then. So the counter shows these events even if no other event comes.
    """
    ends = {window.period.end for window in counter.windows if window.period.end}
    return min((end for end in ends if any(each.moment >= end for each in new)), default=None)


def _update_counter(
    store: BucketStore,
    current: CurrentCounter,
    changes: Iterable[HourChange],
    occurrences: Iterable[Occurrence],
    now: datetime,
) -> UsageCounter:
    """The counter with the new occurrences.

    They are added to its windows. If that is not enough, the windows are counted again from their hours: an
    hour was recounted, the counter is not stored with the current windows, or unique values are counted.
    """
    counter, hours = current.counter, {each.after.hour: each.after for each in changes}
    recounted = any(bucket.recounted for bucket in hours.values())
    if recounted or not current.is_stored or counter.aggregation is Aggregation.UNIQUE:
        return recount_windows(store, counter, now, instead=hours)
    return add_to_windows(counter, occurrences)
