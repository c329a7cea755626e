"""Usage by time from changes of counters, which the stream delivers (docs/decisions/0018).

A slot keeps the first and the last state of the counter in it. So the usage of a slot does not depend on the
order of the changes, or on how often they are delivered.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.dynamodb.optimistic import retry
from parity.metering.rules.buckets import HourBucket, HourChange, hour_of, merge_slots, slot_of, update_bucket
from parity.metering.rules.counter_changes import separate_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.counter_changes import CounterChange
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.store.buckets import BucketStore


def record_changes(
    store: BucketStore, key: UsageKey, changes: Iterable[CounterChange], now: datetime
) -> None:
    """Adds the usage that was reported between two states of a counter to its hour, for each of the changes.

    Takes a read and a write for each hour; no write if the hour has the changes already.
    """
    by_hour: dict[datetime, dict[datetime, Tally]] = defaultdict(dict)
    for change in changes:
        if change.has_reported_usage:
            hour, slot = hour_of(change.new.at), slot_of(change.new.at, change.new.boundaries)
            by_hour[hour] = merge_slots(Aggregation.CHANGE, by_hour[hour], {slot: change.tally})
    for hour, slots in by_hour.items():
        retry(partial(_record_in_hour, store, key, hour, slots, now))


def _record_in_hour(
    store: BucketStore, key: UsageKey, hour: datetime, slots: Mapping[datetime, Tally], now: datetime
) -> None:
    stored = store.hours(key, [hour]).get(hour)
    bucket = stored or HourBucket(hour=hour, aggregation=Aggregation.CHANGE)
    both = separate_changes(merge_slots(Aggregation.CHANGE, bucket.slots, slots))
    if both != bucket.slots:
        store.write(key, [HourChange(bucket, update_bucket(bucket, now, slots=both))])


def reopen_split_hours(
    store: BucketStore, key: UsageKey, changes: Iterable[CounterChange], now: datetime
) -> None:
    """Opens the closed hours in which a window of a new kind splits a slot.

    They are counted from their events again when they are closed.
    """
    for hour in sorted({hour for change in changes for hour in change.split_hours()}):
        retry(partial(_reopen, store, key, hour, now))


def _reopen(store: BucketStore, key: UsageKey, hour: datetime, now: datetime) -> None:
    bucket = store.hours(key, [hour]).get(hour)
    if bucket and bucket.due is None:
        store.write(key, [HourChange(bucket, update_bucket(bucket, now))])
