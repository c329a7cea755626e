"""Recounting hours and counters, whatever was counted before."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.meters import meter_of
from parity.dynamodb.optimistic import retry
from parity.metering.rules.buckets import HourBucket, HourChange, update_bucket
from parity.metering.rules.counters import next_version
from parity.metering.service.counters import read_current_counter
from parity.metering.service.late_events import deduct_late_events
from parity.metering.service.tallies import recount_windows, slots_from_events

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.rules.meters import Meter
    from parity.metering.service.counters import CountingStores


def recount_hour(
    stores: CountingStores, customer_id: str, meter: Meter, hour: datetime, now: datetime
) -> bool:
    """Recounts an hour from its stored events; returns whether it had been counted wrong.

    It is closed and rolled up after that, like any other hour. From then on it is counted from its stored
    events. So it stays right even if some of its events are still on the stream.
    """
    return retry(partial(_recount_hour, stores, customer_id, meter, hour, now))


def _recount_hour(
    stores: CountingStores, customer_id: str, meter: Meter, hour: datetime, now: datetime
) -> bool:
    counter = read_current_counter(stores, customer_id, meter, now).counter
    stored = stores.buckets.hours(counter.key, [hour]).get(hour)
    bucket = stored or HourBucket(hour=hour, aggregation=meter.function)
    slots = slots_from_events(stores.events, meter, counter, hour)
    if slots == bucket.slots or not bucket.has_events(now):
        return False
    kept = bucket.events_kept_until(stores.events.retention)
    right = replace(update_bucket(bucket, now, slots=slots), recounted=True, events_until=kept)
    counter = recount_windows(stores.buckets, counter, now, instead={hour: right})
    counter = deduct_late_events(stores, counter, now, {hour: right})
    stores.buckets.write(counter.key, [HourChange(bucket, right)], next_version(counter, now))
    return True


def recount_counter(stores: CountingStores, customer_id: str, feature: Feature, now: datetime) -> int:
    """Recounts the windows of a counter from their hours; returns how many had been wrong.

    A window that has just begun gets the events that were counted before its beginning, and was not wrong. A
    counter of reported usage is left as it is, because its hours are computed from the counter.
    """
    if feature.meter is None:
        return 0
    return retry(partial(_recount_counter, stores, customer_id, meter_of(feature), now))


def _recount_counter(stores: CountingStores, customer_id: str, meter: Meter, now: datetime) -> int:
    current = read_current_counter(stores, customer_id, meter, now)
    recounted = recount_windows(stores.buckets, current.counter, now)
    counter = deduct_late_events(stores, recounted, now)
    if counter.windows == current.counter.windows:
        return 0
    stores.counters.save(next_version(counter, now))
    wrong = sum(new != old for new, old in zip(counter.windows, current.counter.windows, strict=True))
    return wrong if current.is_stored else 0
