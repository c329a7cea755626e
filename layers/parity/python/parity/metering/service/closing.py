"""Closing hours of usage, and rolling them up into days and months (DESIGN.md section 6)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.meters import meter_of
from parity.core.periods import Period
from parity.dynamodb import keys
from parity.dynamodb.optimistic import retried
from parity.dynamodb.transactions import Transaction
from parity.metering.rules.buckets import (
    DAY,
    HOUR,
    change_between,
    changed,
    closed,
    day_of,
    day_slots,
    month_of,
    quarter_of,
    rolled_up,
    summed_by,
)
from parity.metering.rules.counters import stamped
from parity.metering.rules.unique_values import BucketFullError, is_full, limited
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.counting import Account, standing_of, write
from parity.metering.service.tallies import counted_again, slots_from_events
from parity.metering.store.bucket_items import Rollup
from parity.metering.store.buckets import put_hour, put_rollup, settle_day

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.metering.rules.buckets import HourBucket, Slots
    from parity.metering.service.counting import CountingStores
    from parity.metering.store.buckets import BucketStore


def close_hour(
    stores: CountingStores, customer_id: str, feature: Feature, hour: datetime, now: datetime
) -> int:
    """Closes an hour that is due; returns how many of its quarter hours were wrong.

    Of events it is set to what they amount to, and from then on counted that way; but not once the first of
    them are no longer kept. Raises BucketFullError when that is done, if the hour is full.
    """
    return retried(partial(_close, stores, customer_id, feature, hour, now))


def _close(stores: CountingStores, customer_id: str, feature: Feature, hour: datetime, now: datetime) -> int:
    key = UsageKey(customer_id, feature.identifier)
    bucket = stores.buckets.hours(key, [hour]).get(hour)
    if bucket is None or bucket.due is None or now < bucket.due:
        return 0
    if feature.meter is None:
        return _close_reported(stores.buckets, key, bucket)
    account = Account(customer_id, meter_of(feature))
    if now < hour + HOUR:  # it was to be looked at as a window began
        later = changed(replace(bucket, due=None), now)
        write(stores.buckets, account, {hour: bucket}, {hour: later}, None)
        return 0
    return _close_counted(stores, account, bucket, now)


def _close_counted(stores: CountingStores, account: Account, bucket: HourBucket, now: datetime) -> int:
    hour = bucket.hour
    counter = standing_of(stores, account, now).counter
    done = closed(bucket)
    if bucket.has_events(now):
        slots = slots_from_events(stores.events, account.customer_id, account.meter, counter, hour)
        done = replace(done, slots=slots, recounted=True)
    differs = done.slots != bucket.slots
    repaired = counted_again(stores.buckets, counter, {hour: done}, now) if differs else None
    write(stores.buckets, account, {hour: bucket}, {hour: done}, repaired and stamped(repaired, now))
    _tell_if_full(account.key, hour, done.slots)
    return _wrong_quarters(bucket, done)


def _tell_if_full(key: UsageKey, start: datetime, slots: Slots) -> None:
    if is_full(slots):
        raise BucketFullError(key, start)


def _wrong_quarters(before: HourBucket, after: HourBucket) -> int:
    """Where a quarter hour is only split in another way, as windows have changed, nothing was wrong."""
    old, new = (summed_by(each.aggregation, each.slots, quarter_of) for each in (before, after))
    return sum(old.get(quarter) != new.get(quarter) for quarter in {*old, *new})


def _close_reported(store: BucketStore, key: UsageKey, bucket: HourBucket) -> int:
    """Nothing more is expected in it; a change that is late opens it again.

    What the stream function gave up is missing between two hours until it is replayed: it is told and not
    mended, since what is mended here would be counted again then.
    """
    transaction = Transaction(store.table)
    put_hour(transaction, key, closed(bucket))
    transaction.commit()
    before = store.latest_hour(key, bucket.hour - HOUR)
    return int(before is not None and change_between(before, bucket) != 0)


def mend_counter(stores: CountingStores, customer_id: str, feature: Feature, now: datetime) -> int:
    """Sets the windows to what the hours in them amount to; returns how many were wrong.

    A window that has turned is none of those: it gets what came before it began. Of reported usage the
    counter itself is what was reported.
    """
    if feature.meter is None:
        return 0
    return retried(partial(_mend, stores, Account(customer_id, meter_of(feature)), now))


def _mend(stores: CountingStores, account: Account, now: datetime) -> int:
    standing = standing_of(stores, account, now)
    stands, counter = standing.counter, counted_again(stores.buckets, standing.counter, {}, now)
    if counter.windows == stands.windows:
        return 0
    stores.counters.save(stamped(counter, now))
    wrong = sum(new != old for new, old in zip(counter.windows, stands.windows, strict=True))
    return wrong if standing.is_present else 0


def roll_up(store: BucketStore, key: UsageKey, day: datetime) -> bool:
    """Puts the hours of a day into the day and its month, and says so; False while some of them are open.

    Raises BucketFullError when that is done, if the day is full.
    """
    return retried(partial(_roll_up, store, key, day))


def _roll_up(store: BucketStore, key: UsageKey, day: datetime) -> bool:
    """What comes meanwhile asks for the day again, and then this fails with VersionChangedError."""
    whole = Period(day, day + DAY)
    mark = store.open_days(key, whole).get(day)
    hours = store.hours_within(key, whole)
    if mark is None or any(bucket.due for bucket in hours):
        return False
    transaction = Transaction(store.table)
    slots = limited(day_slots(hours))
    if hours:
        aggregation = rolled_up(hours[0].aggregation)
        _put_day(store, transaction, key, day, Rollup(aggregation, slots))
    settle_day(transaction, key, day, mark)
    transaction.commit()
    _tell_if_full(key, day, slots)
    return True


def _put_day(
    store: BucketStore, transaction: Transaction, key: UsageKey, day: datetime, rollup: Rollup
) -> None:
    """Months have no sets of values: those of all their days would be too many."""
    aggregation, none = rollup.aggregation, Rollup(rollup.aggregation, {})
    old = store.days_within(key, Period(day, day + DAY)).get(day, none)
    newer = replace(rollup, version=old.version + 1)
    put_rollup(transaction, key, keys.usage_day(day), day, newer)
    if aggregation is Aggregation.UNIQUE:
        return
    month = month_of(day)
    old = store.months_within(key, Period(month, day + DAY)).get(month, none)
    of_day = summed_by(aggregation, rollup.slots, day_of)
    others = {start: tally for start, tally in old.slots.items() if start != day}
    newer = Rollup(aggregation, others | of_day, old.version + 1)
    put_rollup(transaction, key, keys.usage_month(month), month, newer)
