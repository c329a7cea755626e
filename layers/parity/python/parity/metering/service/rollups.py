"""Rolling up hours of usage into days and months (docs/usage.md, "How it is counted")."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period
from parity.dynamodb.optimistic import retry
from parity.metering.rules.buckets import DAY, month_of
from parity.metering.rules.rollups import Rollup, day_slots, rollup_aggregation
from parity.metering.rules.unique_values import check_capacity, limit_values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.metering.rules.buckets import HourBucket
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.store.buckets import BucketStore


def roll_up_day(store: BucketStore, key: UsageKey, day: datetime) -> bool:
    """Rolls the hours of a day up into the day and its month; False if any of the hours is still open.

    False as well if the day is not marked. Raises BucketFullError after rolling up, if the day is full.
    """
    return retry(partial(_roll_up, store, key, day))


def _roll_up(store: BucketStore, key: UsageKey, day: datetime) -> bool:
    """Raises VersionChangedError if an hour changed in between, because that marked the day again."""
    whole = Period(day, day + DAY)
    mark = store.open_days(key, whole).get(day)
    hours = store.hours_within(key, whole)
    if mark is None or any(bucket.due for bucket in hours):
        return False
    of_day = _roll_up_hours(store, key, day, hours) if hours else None
    of_month = _update_month(store, key, day, of_day) if of_day else None
    store.close_day(key, day, mark, of_day=of_day, of_month=of_month)
    if of_day:
        check_capacity(key, day, of_day.slots)
    return True


def _roll_up_hours(store: BucketStore, key: UsageKey, day: datetime, hours: Sequence[HourBucket]) -> Rollup:
    stored = store.days_within(key, Period(day, day + DAY)).get(day)
    version = stored.version + 1 if stored else 1
    return Rollup(rollup_aggregation(hours[0].aggregation), limit_values(day_slots(hours)), version)


def _update_month(store: BucketStore, key: UsageKey, day: datetime, of_day: Rollup) -> Rollup | None:
    """The next version of the month. None for unique values: a month would hold too many of them."""
    if of_day.aggregation is Aggregation.UNIQUE:
        return None
    month = month_of(day)
    stored = store.months_within(key, Period(month, day + DAY)).get(month)
    return (stored or Rollup(of_day.aggregation, {})).with_day(day, of_day.slots)
