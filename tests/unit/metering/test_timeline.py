"""Usage by period is that of the events, whatever was rolled up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period
from parity.metering.rules.aggregation import Tally, merge_tallies
from parity.metering.rules.buckets import (
    DAY,
    HourBucket,
    day_of,
    group_slots,
    hour_of,
    month_of,
    slot_of,
)
from parity.metering.rules.rollups import Rollup, day_slots
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.timeline import read_tallies
from parity.metering.store.buckets import BucketStore
from parity.usage.rules.intervals import Interval, Span, round_up_to_quarter, split_into_intervals

START = datetime(2026, 1, 20, tzinfo=UTC)
NOW = START + 100 * DAY
KEY = UsageKey("acme", "calls")
MEASURES = [each for each in Aggregation if each is not Aggregation.CHANGE]


@dataclass(frozen=True)
class Usage:
    """One event, or one report."""

    at: datetime
    value: int

    def tally(self, function: Aggregation) -> Tally:
        match function:
            case Aggregation.COUNT:
                return 1
            case Aggregation.UNIQUE:
                return frozenset({str(self.value)})
            case Aggregation.LATEST:
                return round(self.at.timestamp()), str(self.at), self.value
            case Aggregation.AVERAGE:
                return self.value, 1
        return self.value


class FakeBucketStore(BucketStore):
    """Hours with everything, and days and months with what was there when the days were last rolled up."""

    def __init__(
        self, function: Aggregation, used: Iterable[Usage], is_late: Callable[[Usage], bool], *, changes: bool
    ) -> None:
        self.function = function
        self.hours_now = self._hours(used, changes=changes)
        in_time = [each for each in used if not is_late(each)]
        self.days = self._days(self._hours(in_time, changes=changes))
        self.open = {day_of(each.at) for each in used if is_late(each)}

    def _hours(self, used: Iterable[Usage], *, changes: bool) -> dict[datetime, HourBucket]:
        stored = Aggregation.CHANGE if changes else self.function
        slots: dict[datetime, dict[datetime, Tally]] = {}
        total = 0
        for version, each in enumerate(sorted(used, key=lambda one: one.at)):
            tally: Tally = each.tally(self.function)
            if changes:
                tally = version, total, version + 1, total + each.value
                total += each.value
            of_hour = slots.setdefault(hour_of(each.at), {})
            slot = slot_of(each.at, ())
            of_hour[slot] = cast("Tally", merge_tallies(stored, of_hour.get(slot), tally))
        return {hour: HourBucket(hour=hour, aggregation=stored, slots=of) for hour, of in slots.items()}

    def _days(self, hours: Mapping[datetime, HourBucket]) -> dict[datetime, dict[datetime, Tally]]:
        days = {day_of(hour) for hour in hours}
        return {day: day_slots(b for hour, b in hours.items() if day_of(hour) == day) for day in days}

    def open_days(self, key: UsageKey, period: Period) -> Any:  # noqa: ANN401
        return {day: "mark" for day in self.open if day in period}

    def hours_within(self, key: UsageKey, period: Period) -> list[HourBucket]:
        return [bucket for hour, bucket in self.hours_now.items() if hour in period]

    def days_within(self, key: UsageKey, period: Period) -> dict[datetime, Rollup]:
        return {day: Rollup(self.function, of) for day, of in self.days.items() if day in period}

    def months_within(self, key: UsageKey, period: Period) -> dict[datetime, Rollup]:
        assert self.function is not Aggregation.UNIQUE, "months hold no sets"
        months: dict[datetime, dict[datetime, Tally]] = {}
        for day, slots in self.days.items():
            if month_of(day) in period:
                months.setdefault(month_of(day), {}).update(group_slots(self.function, slots, day_of))
        return {month: Rollup(self.function, slots) for month, slots in months.items()}


MINUTES = st.integers(0, 90 * 24 * 60)
USAGES = st.lists(
    st.builds(Usage, MINUTES.map(lambda m: START + timedelta(minutes=m)), st.integers(-5, 5)), max_size=30
)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]).map(
    ZoneInfo
)
INTERVALS = st.sampled_from([Interval.HOUR, Interval.DAY, Interval.WEEK, Interval.MONTH])


@st.composite
def spans(draw: st.DrawFn) -> list[Period]:
    """Intervals of a zone, between two times that are quarter hours, days or months of UTC."""
    first, last = sorted(draw(st.tuples(MINUTES, MINUTES)))
    cut = draw(st.sampled_from([lambda moment: moment, day_of, month_of]))
    start = cut(round_up_to_quarter(START + timedelta(minutes=first)))
    end = round_up_to_quarter(START + timedelta(minutes=last + 15))
    end = draw(st.sampled_from([end, max(cut(end), start + DAY)]))
    return split_into_intervals(Span(start, end, draw(INTERVALS), draw(ZONES)))


def tally_one_by_one(function: Aggregation, used: Iterable[Usage], period: Period) -> Tally | None:
    tallies = [each.tally(function) for each in used if each.at in period]
    return reduce(lambda a, b: merge_tallies(function, a, b), tallies, cast("Tally | None", None))


@pytest.mark.parametrize("function", [*MEASURES, None], ids=str)
@settings(max_examples=60)
@given(used=USAGES, late=st.sets(st.integers(0, 90)), periods=spans())
def test_tallies_are_those_of_the_events(
    function: Aggregation | None, used: list[Usage], late: set[int], periods: list[Period]
) -> None:
    """Some of what happened on the late days came after they were rolled up."""
    measured = function or Aggregation.SUM

    def is_late(each: Usage) -> bool:
        return (each.at - START) // DAY in late and each.value > 0

    store = FakeBucketStore(measured, used, is_late, changes=function is None)
    found = read_tallies(store, KEY, measured, periods, NOW)
    assert found == [tally_one_by_one(measured, used, period) for period in periods]


def test_a_period_without_an_end_has_all_usage() -> None:
    used = [Usage(START, 1), Usage(NOW, 2)]
    store = FakeBucketStore(Aggregation.SUM, used, lambda _: False, changes=False)
    periods = [Period(datetime(1970, 1, 1, tzinfo=UTC), None)]
    assert read_tallies(store, KEY, Aggregation.SUM, periods, NOW) == [3]


def test_no_periods_have_no_tallies() -> None:
    store = FakeBucketStore(Aggregation.SUM, [Usage(START, 1)], lambda _: False, changes=False)
    assert read_tallies(store, KEY, Aggregation.SUM, [], NOW) == []
