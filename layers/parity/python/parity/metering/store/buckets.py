"""Usage by time: hours, the days and months rolled up from them, and the marks of open days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.periods import MOMENT
from parity.core.times import EPOCH, from_iso, to_iso
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.metering.rules.buckets import DAY, SETTLE_TIME, day_of, month_of
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store import keys
from parity.metering.store.bucket_items import (
    hour_from_item,
    hour_to_item,
    rollup_from_item,
    rollup_to_item,
)
from parity.metering.store.counters import put_counter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.core.periods import Period
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.metering.rules.buckets import HourBucket, HourChange
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.rules.rollups import Rollup

DAY_SETTLING = 5 * SETTLE_TIME
"""How long after its end a day is rolled up. Its last hour is closed by then."""


@dataclass(frozen=True, slots=True)
class DueBucket:
    """What is due: an hour that is to be closed or, where `is_day`, a day that is to be rolled up."""

    key: UsageKey
    start: datetime
    is_day: bool


class BucketStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def hours(self, key: UsageKey, hours: Iterable[datetime]) -> dict[datetime, HourBucket]:
        """The stored ones of these hours, by their start; strongly consistent, one request per 100."""
        partition = keys.usage(key.customer_id, key.feature)
        wanted = [{"PK": partition, "SK": keys.usage_hour(hour)} for hour in hours]
        found = map(hour_from_item, self.table.batch_get(wanted, consistent=True))
        return {bucket.hour: bucket for bucket in found}

    def hours_within(self, key: UsageKey, period: Period) -> list[HourBucket]:
        """The hours that start in the period, which has an end; one Query."""
        return list(map(hour_from_item, self._between(key, keys.usage_hour, period)))

    def days_within(self, key: UsageKey, period: Period) -> dict[datetime, Rollup]:
        return self._rollups(key, keys.usage_day, period)

    def months_within(self, key: UsageKey, period: Period) -> dict[datetime, Rollup]:
        return self._rollups(key, keys.usage_month, period)

    def open_days(self, key: UsageKey, period: Period) -> dict[datetime, str]:
        """Days that are to be rolled up, each with its mark. A day that is marked again gets a new mark."""
        items = self._between(key, keys.open_day, period)
        return {keys.day_of_open(item["SK"]): item["mark"] for item in items}

    def _rollups(
        self, key: UsageKey, name: Callable[[datetime], str], period: Period
    ) -> dict[datetime, Rollup]:
        items = self._between(key, name, period)
        return {from_iso(item["start"]): rollup_from_item(item) for item in items}

    def _between(self, key: UsageKey, name: Callable[[datetime], str], period: Period) -> list[Item]:
        """Strongly consistent, because a day's mark and the day itself are read by separate requests."""
        if period.end is None or period.end <= period.start:
            return []
        return self.table.query_all(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {
                ":pk": keys.usage(key.customer_id, key.feature),
                ":first": name(period.start),
                ":last": name(period.end - MOMENT),
            },
            ConsistentRead=True,
        )

    def latest_hour(self, key: UsageKey, until: datetime) -> HourBucket | None:
        """The latest hour with usage that starts at that moment or before; one Query."""
        result = self.table.query(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {
                ":pk": keys.usage(key.customer_id, key.feature),
                ":first": keys.usage_hour(EPOCH),
                ":last": keys.usage_hour(until),
            },
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=1,
        )
        return hour_from_item(result.items[0]) if result.items else None

    def write(
        self, key: UsageKey, changes: Iterable[HourChange], counter: UsageCounter | None = None
    ) -> None:
        """Writes the next versions of hours, and of the counter if one is given: all or nothing.

        If an hour is new, or was closed before this change, its day is marked as to be rolled up
        (again). Raises VersionChangedError if another process wrote an hour or the counter in
        between.
        """
        changes = list(changes)
        transaction = Transaction(self.table)
        for change in changes:
            transaction.put_next_version(hour_to_item(key, change.after), change.after.version)
        _mark_open_days(transaction, key, [each.after for each in changes if each.before.due is None])
        if counter:
            put_counter(transaction, counter)
        transaction.commit()

    def close_day(
        self, key: UsageKey, day: datetime, mark: str, *, of_day: Rollup | None, of_month: Rollup | None
    ) -> None:
        """Writes what a day and its month hold, and removes the day's mark: all or nothing.

        Raises VersionChangedError if the day was marked again, or rolled up by another process, in
        between.
        """
        partition, month = keys.usage(key.customer_id, key.feature), month_of(day)
        transaction = Transaction(self.table)
        if of_day:
            item = rollup_to_item(partition, keys.usage_day(day), day, of_day)
            transaction.put_next_version(item, of_day.version)
        if of_month:
            item = rollup_to_item(partition, keys.usage_month(month), month, of_month)
            transaction.put_next_version(item, of_month.version)
        transaction.delete(
            {"PK": partition, "SK": keys.open_day(day)},
            "mark = :mark",
            {":mark": mark},
            refused=lambda _: VersionChangedError(),
        )
        transaction.commit()


def due_bucket_of(key: shared_keys.Key) -> DueBucket:
    is_day = keys.is_open_day(key["SK"])
    start = keys.day_of_open(key["SK"]) if is_day else keys.hour_of(key["SK"])
    return DueBucket(UsageKey(*keys.usage_of(key["PK"])), start, is_day)


def _mark_open_days(transaction: Transaction, key: UsageKey, hours: Iterable[HourBucket]) -> None:
    """Marks the days of the open hours among these as to be rolled up.

    The mark is due once the day is over and these hours are closed.
    """
    partition = keys.usage(key.customer_id, key.feature)
    closed_on = {day_of(bucket.hour): bucket.due for bucket in hours if bucket.due}
    for day, closing in closed_on.items():
        asked = {
            "mark": uuid4().hex,
            "duePK": keys.due_hours_partition(shared_keys.due_shard(partition)),
            "dueSK": to_iso(max(day + DAY, closing) + DAY_SETTLING),
        }
        transaction.upsert({"PK": partition, "SK": keys.open_day(day)}, asked, {})


@cache
def bucket_store() -> BucketStore:
    return BucketStore(table())
