"""Hours, days and months as items: nothing is lost, and no item gets too large."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.dynamodb.items import from_wire, to_wire
from parity.metering.rules.aggregation import Tally
from parity.metering.rules.buckets import QUARTER, HourBucket
from parity.metering.rules.rollups import Rollup
from parity.metering.rules.unique_values import MAX_VALUES
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.bucket_items import (
    hour_from_item,
    hour_to_item,
    rollup_from_item,
    rollup_to_item,
    slots_from_content,
    slots_to_content,
)

HOUR = datetime(2026, 3, 15, 12, tzinfo=UTC)
KILOBYTE = 1024
NUMBERS = st.integers(-(10**20), 10**20) | st.decimals("-1e15", "1e15", places=9).map(
    lambda number: int(number) if number == int(number) else number.normalize()
)
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
DIGESTS = st.text(DIGITS, min_size=11, max_size=11)
TALLIES: dict[Aggregation, st.SearchStrategy[Tally]] = {
    Aggregation.COUNT: st.integers(0, 10**12),
    Aggregation.SUM: NUMBERS,
    Aggregation.MAX: NUMBERS,
    Aggregation.MIN: NUMBERS,
    Aggregation.LATEST: st.tuples(st.integers(0, 10**16), st.text(), NUMBERS),
    Aggregation.UNIQUE: st.frozensets(DIGESTS, min_size=1, max_size=30),
    Aggregation.AVERAGE: st.tuples(NUMBERS, st.integers(1, 10**9)),
    Aggregation.CHANGE: st.tuples(*[st.integers(0, 10**12)] * 4),
}
STARTS = st.one_of(
    st.integers(0, 3).map(lambda number: HOUR + number * QUARTER),
    st.integers(0, 3_599_999_999).map(lambda micros: HOUR + timedelta(microseconds=micros)),
)


@pytest.mark.parametrize("aggregation", TALLIES)
@given(st.data())
def test_an_hour_is_read_as_it_was_written(aggregation: Aggregation, data: st.DataObject) -> None:
    bucket = HourBucket(
        hour=HOUR,
        aggregation=aggregation,
        slots=data.draw(st.dictionaries(STARTS, TALLIES[aggregation], max_size=6)),
        applied=data.draw(st.integers(0, 10**40)),
        recounted=data.draw(st.booleans()),
        events_until=data.draw(st.none() | st.just(HOUR + timedelta(days=45))),
        due=data.draw(st.none() | st.just(HOUR + timedelta(hours=1))),
        version=data.draw(st.integers(1, 10**6)),
    )
    item = from_wire(to_wire(hour_to_item(UsageKey("acme", "tokens"), bucket)))
    assert hour_from_item(item) == bucket
    assert ("duePK" in item, "expiresAt" in item) == (bucket.due is not None, bucket.due is None)


def test_a_day_is_read_as_it_was_written() -> None:
    rollup = Rollup(Aggregation.SUM, {HOUR + n * QUARTER: Decimal("0.1") * n for n in range(1, 40)}, 3)
    item = from_wire(to_wire(rollup_to_item("USAGE#acme#tokens", "DAY#2026-03-15", HOUR, rollup)))
    assert rollup_from_item(item) == rollup


@pytest.mark.parametrize(("values", "most_kilobytes"), [(100, 4), (5_000, 120), (MAX_VALUES, 340)], ids=str)
def test_a_day_of_unique_values_fits_into_an_item(values: int, most_kilobytes: int) -> None:
    """Each value comes in every other slot, at random, which is what takes most."""
    fair = random.Random(values)
    digests = ["".join(fair.choices(DIGITS, k=11)) for _ in range(values)]
    slots: dict[datetime, Tally] = {
        HOUR + n * QUARTER: frozenset(each for each in digests if fair.random() < 0.5) for n in range(96)
    }
    item = rollup_to_item("USAGE#acme#tokens", "DAY#2026-03-15", HOUR, Rollup(Aggregation.UNIQUE, slots, 1))
    assert len(item["content"]) < most_kilobytes * KILOBYTE
    assert slots_from_content(Aggregation.UNIQUE, HOUR, item["content"]) == slots


def test_a_day_of_sums_takes_a_kilobyte_or_two() -> None:
    fair = random.Random(1)
    slots: dict[datetime, Tally] = {HOUR + n * QUARTER: fair.randrange(10**6) for n in range(96)}
    assert len(slots_to_content(Aggregation.SUM, HOUR, slots)) < 1.5 * KILOBYTE


def test_small_contents_are_legible() -> None:
    assert slots_to_content(Aggregation.COUNT, HOUR, {HOUR: 3, HOUR + QUARTER: 4}) == '{"0":3,"900":4}'
