"""What follows from a counter's change, as the stream tells it: usage by time, and windows that have ended.

Each record holds the counter before and after. Merging the first and the last state of a slot gives what was
used in it, whatever is told twice, or in another order: so there is nothing to keep count of (decision 0018).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.dynamodb.optimistic import retried
from parity.dynamodb.transactions import Transaction
from parity.metering.rules.buckets import (
    HourBucket,
    changed,
    hour_of,
    quarter_of,
    slot_of,
    together,
    untangled,
)
from parity.metering.store.buckets import open_days_of, put_hour

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.counters import UsageCounter, UsageWindow
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.store.buckets import BucketStore


@dataclass(frozen=True, slots=True)
class CounterChange:
    """Two states of a counter that follow each other; the first one has nothing before it."""

    old: UsageCounter | None
    new: UsageCounter

    @property
    def moved(self) -> bool:
        """Whether usage was reported; what is counted from events has its hours already."""
        total = self.old.total if self.old else 0
        return self.new.aggregation is Aggregation.CHANGE and self.new.total != total

    @property
    def tally(self) -> Tally:
        before = (self.old.version, int(self.old.total)) if self.old else (0, 0)
        return (*before, self.new.version, int(self.new.total))

    def ended_windows(self) -> list[UsageWindow]:
        """Windows of before that others have taken the place of."""
        present = {(window.kind, window.period.start) for window in self.new.windows}
        old = self.old.windows if self.old else ()
        return [window for window in old if (window.kind, window.period.start) not in present]

    def split_hours(self) -> set[datetime]:
        """Hours in which a window of a new kind begins in the middle of a quarter hour, of counted events."""
        if self.old is None or self.new.aggregation is Aggregation.CHANGE:
            return set()
        starts = {window.counted.start for window in self.new.windows if window.kind not in self.old.kinds}
        return {hour_of(start) for start in starts if start != quarter_of(start)}


def record_changes(
    store: BucketStore, key: UsageKey, changes: Iterable[CounterChange], now: datetime
) -> None:
    """Brings the hours in line with the changes of one counter. A read and a write for each hour touched."""
    by_hour: dict[datetime, dict[datetime, Tally]] = defaultdict(dict)
    for change in changes:
        if change.moved:
            hour, slot = hour_of(change.new.at), slot_of(change.new.at, change.new.boundaries)
            by_hour[hour] = together(Aggregation.CHANGE, by_hour[hour], {slot: change.tally})
    for hour, slots in by_hour.items():
        retried(partial(_record, store, key, hour, slots, now))


def _record(
    store: BucketStore, key: UsageKey, hour: datetime, slots: Mapping[datetime, Tally], now: datetime
) -> None:
    stored = store.hours(key, [hour])
    bucket = stored.get(hour, HourBucket(hour=hour, aggregation=Aggregation.CHANGE))
    both = untangled(together(Aggregation.CHANGE, bucket.slots, slots))
    if both == bucket.slots:
        return
    transaction = Transaction(store.table)
    moved = changed(bucket, now, slots=both)
    put_hour(transaction, key, moved)
    if bucket.due is None:
        open_days_of(transaction, key, [moved])
    transaction.commit()


def reopen_split_hours(
    store: BucketStore, key: UsageKey, changes: Iterable[CounterChange], now: datetime
) -> None:
    """Has closed hours counted again whose slots hold events from before and after a window's start."""
    for hour in sorted({hour for change in changes for hour in change.split_hours()}):
        retried(partial(_reopen, store, key, hour, now))


def _reopen(store: BucketStore, key: UsageKey, hour: datetime, now: datetime) -> None:
    bucket = store.hours(key, [hour]).get(hour)
    if bucket is None or bucket.due:
        return
    transaction, opened = Transaction(store.table), changed(bucket, now)
    put_hour(transaction, key, opened)
    open_days_of(transaction, key, [opened])
    transaction.commit()
