"""Counting an hour again from its events, whatever was counted in it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from parity.dynamodb.optimistic import retried
from parity.metering.rules.buckets import HourBucket, changed
from parity.metering.rules.counters import stamped
from parity.metering.service.counting import Account, CountingStores, standing_of, write
from parity.metering.service.tallies import counted_again, slots_from_events


def recount(stores: CountingStores, account: Account, hour: datetime, now: datetime) -> bool:
    """Whether it had been counted wrong. It is to be closed and rolled up after that, like any other hour.

    Once marked as counted from its events, it stays right when some of these are on the stream still.
    """
    return retried(partial(_recount, stores, account, hour, now))


def _recount(stores: CountingStores, account: Account, hour: datetime, now: datetime) -> bool:
    meter = account.meter
    found = stores.buckets.hours(account.key, [hour])
    bucket = found.get(hour) or HourBucket(hour=hour, aggregation=meter.function)
    counter = standing_of(stores, account, now).counter
    slots = slots_from_events(stores.events, account.customer_id, meter, counter, hour)
    if slots == bucket.slots or not bucket.has_events(now):
        return False
    kept = bucket.keeping_events(stores.events.retention)
    right = replace(changed(bucket, now, slots=slots), recounted=True, events_until=kept)
    counter = counted_again(stores.buckets, counter, {hour: right}, now)
    write(stores.buckets, account, {hour: bucket}, {hour: right}, stamped(counter, now))
    return True
