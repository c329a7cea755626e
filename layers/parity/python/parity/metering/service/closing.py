"""Closing hours of usage (docs/usage.md, "How it is counted")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.meters import meter_of
from parity.dynamodb.optimistic import retry
from parity.metering.rules.buckets import (
    HOUR,
    HourChange,
    close_bucket,
    group_slots,
    quarter_of,
    update_bucket,
)
from parity.metering.rules.counter_changes import change_between
from parity.metering.rules.counters import next_version
from parity.metering.rules.unique_values import check_capacity
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.counters import read_current_counter
from parity.metering.service.late_events import deduct_late_events
from parity.metering.service.tallies import recount_windows, slots_from_events

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.rules.meters import Meter
    from parity.metering.rules.buckets import HourBucket
    from parity.metering.service.counters import CountingStores
    from parity.metering.store.buckets import BucketStore


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """How many quarter hours had been counted wrong, and whether the counter has to be recounted.

    It has to be if a window began and nothing was counted since: it lacks what was counted before its
    beginning. Otherwise the counter moved with its hours, and is compared with them once a day.
    """

    drifted: int = 0
    is_counter_behind: bool = False


def close_hour(
    stores: CountingStores, customer_id: str, feature: Feature, hour: datetime, now: datetime
) -> ClosedHour:
    """Closes an hour, and does nothing if it is not stored or not due.

    An hour of events gets the usage of its stored events, and is counted from them from then on. It keeps its
    usage if some of these events may have been deleted. Raises BucketFullError after closing, if the hour is
    full.
    """
    return retry(partial(_close, stores, customer_id, feature, hour, now))


def _close(
    stores: CountingStores, customer_id: str, feature: Feature, hour: datetime, now: datetime
) -> ClosedHour:
    key = UsageKey(customer_id, feature.identifier)
    bucket = stores.buckets.hours(key, [hour]).get(hour)
    if bucket is None or bucket.due is None or now < bucket.due:
        return ClosedHour()
    if feature.meter is None:
        return ClosedHour(_close_reported(stores.buckets, key, bucket))
    if now < hour + HOUR:  # due before its end, because a window began
        later = update_bucket(replace(bucket, due=None), now)
        stores.buckets.write(key, [HourChange(bucket, later)])
        return ClosedHour(is_counter_behind=True)
    return _close_counted(stores, customer_id, meter_of(feature), bucket, now)


def _close_reported(store: BucketStore, key: UsageKey, bucket: HourBucket) -> int:
    """Closes an hour of reported usage; returns 1 if usage between it and the hour before is missing, else 0.

    It is missing if the stream function failed to process changes of the counter. It is not repaired, because
    a repair would count those changes twice after they are replayed. A change that arrives late opens the
    hour again.
    """
    store.write(key, [HourChange(bucket, close_bucket(bucket))])
    before = store.latest_hour(key, bucket.hour - HOUR)
    return int(before is not None and change_between(before, bucket) != 0)


def _close_counted(
    stores: CountingStores, customer_id: str, meter: Meter, bucket: HourBucket, now: datetime
) -> ClosedHour:
    current = read_current_counter(stores, customer_id, meter, now)
    counter, after = current.counter, close_bucket(bucket)
    if bucket.has_events(now):
        slots = slots_from_events(stores.events, meter, counter, bucket.hour)
        after = replace(after, slots=slots, recounted=True)
    repaired = None
    if after.slots != bucket.slots:
        hours = {bucket.hour: after}
        recounted = recount_windows(stores.buckets, counter, now, instead=hours)
        repaired = next_version(deduct_late_events(stores, recounted, now, hours), now)
    stores.buckets.write(counter.key, [HourChange(bucket, after)], repaired)
    check_capacity(counter.key, bucket.hour, after.slots)
    return ClosedHour(_wrong_quarters(bucket, after), not current.is_stored)


def _wrong_quarters(before: HourBucket, after: HourBucket) -> int:
    """How many quarter hours have different usage. Other slots within a quarter hour are no difference."""
    old, new = (group_slots(each.aggregation, each.slots, quarter_of) for each in (before, after))
    return sum(old.get(quarter) != new.get(quarter) for quarter in {*old, *new})
