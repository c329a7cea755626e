"""Counting events, exactly once each (DESIGN.md section 6).

The stream delivers the events of one customer and hour in order, some of them again. A bucket knows the last
record in it, and moves together with the counter, so what is delivered again changes nothing. Once an hour
was counted from the events themselves, as when it is closed, it is counted that way whenever one more comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.dynamodb.optimistic import retried
from parity.dynamodb.transactions import Transaction
from parity.metering.rules.buckets import HourBucket, changed, hour_of
from parity.metering.rules.counters import stamped
from parity.metering.rules.unique_values import BucketFullError, is_full, limited
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import fresh_counter, is_present, present
from parity.metering.service.tallies import Occurrence, counted, counted_again, slots_from_events, slots_with
from parity.metering.store.buckets import open_days_of, put_hour
from parity.metering.store.counters import put_counter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.entitlements.store.checks import CheckStore
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.store.buckets import BucketStore
    from parity.metering.store.counters import CounterStore
    from parity.metering.store.events import EventStore

    Hours = Mapping[datetime, HourBucket]

HOURS_AT_ONCE = 40
"""Each with its day's mark at most, and the counter: a transaction has up to 100 writes."""

SETS_AT_ONCE = 9
"""A transaction has up to 4 MB, and a bucket with different values up to 400 KB."""

IDEMPOTENT = {Aggregation.MAX, Aggregation.MIN, Aggregation.LATEST, Aggregation.UNIQUE}
"""What counts twice makes no difference to them."""


@dataclass(frozen=True, slots=True)
class CountingStores:
    events: EventStore
    buckets: BucketStore
    counters: CounterStore
    checks: CheckStore


@dataclass(frozen=True, slots=True)
class Account:
    """What one customer uses of one feature, and how it is counted."""

    customer_id: str
    meter: Meter

    @property
    def key(self) -> UsageKey:
        return UsageKey(self.customer_id, self.meter.feature)


@dataclass(frozen=True, slots=True)
class Standing:
    """The counter as it is stored, and with the windows of now: the same object if it has them."""

    stored: UsageCounter | None
    counter: UsageCounter

    @property
    def is_present(self) -> bool:
        return self.counter is self.stored


def count(stores: CountingStores, account: Account, occurrences: Sequence[Occurrence], now: datetime) -> None:
    """Counts each once, however often it is told. Two requests to read and one to write for 40 hours.

    Raises BucketFullError when everything is counted and an hour has got full: told again, it does not.
    """
    by_hour = sorted(occurrences, key=lambda each: each.moment)
    groups = iter([(hour, list(found)) for hour, found in groupby(by_hour, lambda e: hour_of(e.moment))])
    at_once = SETS_AT_ONCE if account.meter.function is Aggregation.UNIQUE else HOURS_AT_ONCE
    filled: list[datetime] = []
    while part := dict(islice(groups, at_once)):
        filled += retried(partial(_count_hours, stores, account, part, now))
    if filled:
        raise BucketFullError(account.key, filled[0])


def _count_hours(
    stores: CountingStores, account: Account, occurrences: Mapping[datetime, list[Occurrence]], now: datetime
) -> list[datetime]:
    """Those of the hours that have become full."""
    standing = standing_of(stores, account, now)
    stored = stores.buckets.hours(account.key, occurrences)
    before = {hour: stored.get(hour) or _empty(account, hour) for hour in occurrences}
    fresh = {hour: _not_in(before[hour], found) for hour, found in occurrences.items()}
    moves = (
        _moved(stores, account, standing.counter, before[hour], fresh[hour], now) for hour in occurrences
    )
    moved = {bucket.hour: bucket for bucket in moves if bucket}
    if moved or (any(fresh.values()) and not standing.is_present):
        everything = [each for hour in moved for each in fresh[hour]]
        counter = _counter_moved(stores.buckets, standing, moved, everything, now)
        write(stores.buckets, account, before, moved, stamped(counter, now))
    return [hour for hour in moved if is_full(moved[hour].slots) and not is_full(before[hour].slots)]


def standing_of(stores: CountingStores, account: Account, now: datetime) -> Standing:
    """One strongly consistent request, or two when a window has turned."""
    stored = stores.counters.get(account.key)
    if stored and is_present(stored, now):
        return Standing(stored, stored)
    snapshot = stores.checks.checked(account.customer_id, consistent=True).snapshot
    if stored:
        return Standing(stored, present(stored, snapshot, now))
    return Standing(None, fresh_counter(account.key, account.meter.function, snapshot, now))


def _empty(account: Account, hour: datetime) -> HourBucket:
    return HourBucket(hour=hour, aggregation=account.meter.function)


def _not_in(bucket: HourBucket, occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    return [each for each in occurrences if each.sequence > bucket.applied]


def _moved(  # noqa: PLR0913, PLR0917 - what is there and what comes
    stores: CountingStores,
    account: Account,
    counter: UsageCounter,
    bucket: HourBucket,
    fresh: list[Occurrence],
    now: datetime,
) -> HourBucket | None:
    """The bucket with what is new; None if that changes nothing, and would not if it was told again."""
    if not fresh:
        return None
    from_events = bucket.recounted and bucket.has_events(now)
    if from_events:
        slots = slots_from_events(stores.events, account.customer_id, account.meter, counter, bucket.hour)
    else:
        slots = limited(slots_with(bucket.slots, counter, fresh))
    if slots == bucket.slots and (from_events or bucket.aggregation in IDEMPOTENT):
        return None
    return changed(
        bucket,
        now,
        due=_next_turn(counter, fresh),
        applied=max(each.sequence for each in fresh),
        slots=slots,
        events_until=bucket.keeping_events(stores.events.retention),
    )


def _next_turn(counter: UsageCounter, fresh: Iterable[Occurrence]) -> datetime | None:
    """When a window begins that has something already; sooner than the counter moves by itself, perhaps."""
    ends = {window.period.end for window in counter.windows if window.period.end}
    return min((end for end in ends if any(each.moment >= end for each in fresh)), default=None)


def _counter_moved(
    store: BucketStore, standing: Standing, moved: Hours, occurrences: Iterable[Occurrence], now: datetime
) -> UsageCounter:
    """From the hours where what is new is not all that changes."""
    again = any(bucket.recounted for bucket in moved.values()) or not standing.is_present
    if again or standing.counter.aggregation is Aggregation.UNIQUE:
        return counted_again(store, standing.counter, moved, now)
    return counted(standing.counter, occurrences)


def write(
    store: BucketStore, account: Account, before: Hours, moved: Hours, counter: UsageCounter | None
) -> None:
    """All or nothing; raises VersionChangedError if somebody else was faster."""
    transaction = Transaction(store.table)
    for bucket in moved.values():
        put_hour(transaction, account.key, bucket)
    opened = [bucket for hour, bucket in moved.items() if before[hour].due is None]
    open_days_of(transaction, account.key, opened)
    if counter:
        put_counter(transaction, counter)
    transaction.commit()
