"""Reading usage by time: from months, days and the hours that are not in them yet."""

from __future__ import annotations

from bisect import bisect_right
from types import MappingProxyType
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import MOMENT, Period
from parity.metering.rules.aggregation import merge_tallies
from parity.metering.rules.buckets import DAY, day_of, month_of, next_month, slots_within
from parity.metering.rules.rollups import day_slots, join_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import HourBucket
    from parity.metering.rules.rollups import Rollup
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.store.buckets import BucketStore


def read_tallies(
    store: BucketStore, key: UsageKey, aggregation: Aggregation, periods: Sequence[Period], now: datetime
) -> list[Tally | None]:
    """Returns one tally per period, None where nothing was used.

    The periods follow each other, and only the last one may have no end. The reads are strongly consistent.
    Otherwise one read could show that a day has been rolled up, and the next one the old version of that day.
    Then the latest usage would be missing.
    """
    if not periods:
        return []
    slots = read_slots(
        store,
        key,
        Period(periods[0].start, periods[-1].end or now + DAY),
        whole_days=_divide_at_days(periods) and aggregation is not Aggregation.UNIQUE,
    )
    return _merge_by_period(aggregation, periods, slots)


def _divide_at_days(periods: Sequence[Period]) -> bool:
    """Whether every period but the first starts at the beginning of a day in UTC.

    The first start and the last end may lie within a day: the slots of that day are read in any case.
    """
    return all(period.start == day_of(period.start) for period in periods[1:])


def _merge_by_period(
    aggregation: Aggregation, periods: Sequence[Period], slots: Mapping[datetime, Tally]
) -> list[Tally | None]:
    starts = [period.start for period in periods]
    tallies: list[Tally | None] = [None] * len(periods)
    for start, tally in slots.items():
        place = bisect_right(starts, start) - 1
        tallies[place] = merge_tallies(aggregation, tallies[place], tally)
    return tallies


def read_slots(
    store: BucketStore,
    key: UsageKey,
    period: Period,
    *,
    whole_days: bool,
    instead: Mapping[datetime, HourBucket] = MappingProxyType({}),
) -> dict[datetime, Tally]:
    """Returns the slots that start in a period, which has an end. Reported usage is in sums, as in days.

    With `whole_days`, slots may be as long as a day in UTC, and each whole month is read as one item. Hours
    given `instead` replace those stored. Requests: one for the open days, one for the months, up to two for
    the days, and one for each series of open days.
    """
    if period.end is None or period.end <= period.start:
        return {}
    days = Period(day_of(period.start), day_of(period.end - MOMENT) + DAY)
    open_days = {*store.open_days(key, days), *map(day_of, instead)}
    slots: dict[datetime, Tally] = {}
    months = _whole_months(period) if whole_days else None
    for part in _days_outside(days, months):
        slots |= _all_slots(store.days_within(key, part).values())
    if months:
        slots |= _all_slots(store.months_within(key, months).values())
    slots = {start: tally for start, tally in slots.items() if day_of(start) not in open_days}
    for part in join_days(open_days):
        hours = {bucket.hour: bucket for bucket in store.hours_within(key, part)}
        slots |= day_slots({**hours, **instead}.values())
    return slots_within(slots, period)


def _all_slots(rollups: Iterable[Rollup]) -> dict[datetime, Tally]:
    return {start: tally for rollup in rollups for start, tally in rollup.slots.items()}


def _whole_months(period: Period) -> Period | None:
    """The months that lie in the period completely; None if there are none."""
    end = month_of(period.end) if period.end else period.start
    start = month_of(period.start)
    first = start if start == period.start else next_month(start)
    return Period(first, end) if first < end else None


def _days_outside(days: Period, months: Period | None) -> list[Period]:
    """The days before and after the months."""
    if months is None:
        return [days]
    return [Period(days.start, months.start), Period(months.end or months.start, days.end)]
