"""Tallies: however values are split and merged, the result is that of all values at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal, Inexact
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from statistics import mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import Number, normalize_number, round_up
from parity.metering.rules.aggregation import Tally, from_json, merge_tallies, result, to_json

Event = tuple[int, str, Number]
"""The time, the idempotency key and the value."""

HUGE = 10**15 - 1
NANO = Decimal("1e-9")
numbers = (
    st.integers(-3, 3)
    | st.integers(-HUGE, HUGE)
    | st.integers(-(10**24) + 1, 10**24 - 1).map(lambda number: normalize_number(Decimal(f"{number}e-9")))
)
moments = st.integers(0, 3) | st.integers(0, 2**53)
keys = st.text(max_size=3)
events = st.lists(st.tuples(moments, keys, numbers), max_size=12, unique_by=lambda event: event[1])
some_events = events.filter(bool)
digests = st.integers(0, 9).map("{:011}".format)


def digest(number: Number) -> str:
    """One digest for each number, not for each event."""
    return sha256(str(number).encode()).hexdigest()[:11]


TALLY_OF: dict[Aggregation, Callable[[Event], Tally]] = {
    Aggregation.COUNT: lambda _: 1,
    Aggregation.SUM: lambda event: event[2],
    Aggregation.MAX: lambda event: event[2],
    Aggregation.MIN: lambda event: event[2],
    Aggregation.LATEST: lambda event: event,
    Aggregation.UNIQUE: lambda event: frozenset({digest(event[2])}),
    Aggregation.AVERAGE: lambda event: (event[2], 1),
}
EXPECTED: dict[Aggregation, Callable[[list[Event]], Number | Fraction]] = {
    Aggregation.COUNT: len,
    Aggregation.SUM: lambda found: sum(Fraction(number) for _, _, number in found),
    Aggregation.MAX: lambda found: max(number for _, _, number in found),
    Aggregation.MIN: lambda found: min(number for _, _, number in found),
    Aggregation.LATEST: lambda found: max(found)[2],
    Aggregation.UNIQUE: lambda found: len({number for _, _, number in found}),
    Aggregation.AVERAGE: lambda found: round(mean(Fraction(number) for _, _, number in found), 6),
}
of_meters = pytest.mark.parametrize("function", TALLY_OF)
of_all = pytest.mark.parametrize("function", Aggregation)


@st.composite
def tallies(draw: st.DrawFn, function: Aggregation) -> Tally:
    """The tally of one event or of many."""
    if function is Aggregation.CHANGE:
        before, after = draw(st.lists(st.integers(0, 9), min_size=2, max_size=2))
        return before, before * 7, before + after, (before + after) * 7
    if function is Aggregation.UNIQUE:
        return draw(st.frozensets(digests, min_size=1, max_size=4))
    found = merge_in_order(function, [TALLY_OF[function](event) for event in draw(some_events)])
    assert found is not None
    return found


def merge_in_order(function: Aggregation, parts: list[Tally]) -> Tally | None:
    tally: Tally | None = None
    for part in parts:
        tally = merge_tallies(function, tally, part)
    return tally


def merge_in_any_order(data: st.DataObject, function: Aggregation, parts: list[Tally]) -> Tally | None:
    """Two parts at a time, in any order, and with a part in which nothing counted."""
    left: list[Tally | None] = [*parts, None]
    while len(left) > 1:
        one = left.pop(data.draw(st.integers(0, len(left) - 1)))
        other = left.pop(data.draw(st.integers(0, len(left) - 1)))
        left.append(merge_tallies(function, one, other))
    return left[0]


def to_text(function: Aggregation, tally: Tally | None) -> str:
    """As JSON, which shows each digit and the type of each number."""
    return "nothing" if tally is None else json.dumps(to_json(function, tally))


@of_meters
@given(found=some_events)
def test_an_aggregation_gives_the_result_of_all_values_at_once(
    function: Aggregation, found: list[Event]
) -> None:
    tally = merge_in_order(function, [TALLY_OF[function](event) for event in found])
    assert Fraction(result(function, tally)) == EXPECTED[function](found)


@of_meters
@given(found=events, data=st.data())
def test_parts_give_the_same_in_any_order_and_grouping(
    function: Aggregation, found: list[Event], data: st.DataObject
) -> None:
    parts = [TALLY_OF[function](event) for event in found]
    split = merge_in_any_order(data, function, parts)
    assert to_text(function, split) == to_text(function, merge_in_order(function, parts))


@of_all
@given(data=st.data())
def test_merging_is_commutative_and_associative(function: Aggregation, data: st.DataObject) -> None:
    a, b, c = (data.draw(tallies(function)) for _ in range(3))
    left, right = (
        merge_tallies(function, merge_tallies(function, a, b), c),
        merge_tallies(function, a, merge_tallies(function, b, c)),
    )
    assert to_text(function, merge_tallies(function, a, b)) == to_text(
        function, merge_tallies(function, b, a)
    )
    assert to_text(function, left) == to_text(function, right)


@of_all
@given(data=st.data())
def test_a_part_in_which_nothing_counted_changes_nothing(function: Aggregation, data: st.DataObject) -> None:
    tally = data.draw(tallies(function))
    assert merge_tallies(function, None, tally) == merge_tallies(function, tally, None) == tally
    assert merge_tallies(function, None, None) is None
    assert result(function, None) == 0


totals = st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=12)
"""A counter's totals, from one version to the next; corrections make them smaller."""


@given(totals=totals, data=st.data())
def test_changes_of_a_counter_add_up_repeated_and_in_any_order(
    totals: list[int], data: st.DataObject
) -> None:
    parts: list[Tally] = [
        (version, before, version + 1, after) for version, (before, after) in enumerate(pairwise(totals))
    ]
    again = data.draw(st.lists(st.sampled_from(parts), max_size=6))
    tally = merge_in_any_order(data, Aggregation.CHANGE, [*parts, *again])
    assert result(Aggregation.CHANGE, tally) == totals[-1] - totals[0]
    assert tally == (0, totals[0], len(parts), totals[-1])


@of_all
@given(data=st.data())
def test_a_tally_is_stored_to_the_last_digit(function: Aggregation, data: st.DataObject) -> None:
    tally = data.draw(tallies(function))
    back = from_json(function, json.loads(to_text(function, tally)))
    assert back == tally
    assert type(back) is type(tally)
    assert to_text(function, back) == to_text(function, tally)


@pytest.mark.parametrize(
    ("function", "tally", "stored"),
    [
        ("COUNT", 3, 3),
        ("SUM", 2**70, 2**70),
        ("SUM", Decimal("-1.5"), "-1.5"),
        ("MAX", Decimal("0.000000001"), "1E-9"),
        ("MIN", -7, -7),
        ("LATEST", (1_770_000_000_000_000, "a", Decimal("0.5")), [1_770_000_000_000_000, "a", "0.5"]),
        ("UNIQUE", frozenset({"b" * 11, "a" * 11}), "a" * 11 + "b" * 11),
        ("AVERAGE", (Decimal("2.5"), 2), ["2.5", 2]),
        ("CHANGE", (0, 0, 4, 12), [0, 0, 4, 12]),
    ],
)
def test_the_stored_form_of_a_tally(function: str, tally: Tally, stored: Any) -> None:  # noqa: ANN401
    assert to_json(Aggregation(function), tally) == stored
    assert from_json(Aggregation(function), stored) == tally


def test_decimals_add_up_exactly_and_whole_sums_are_integers() -> None:
    tenths: list[Tally] = [Decimal("0.1")] * 10
    assert repr(merge_in_order(Aggregation.SUM, tenths)) == "1"
    assert repr(merge_in_order(Aggregation.SUM, [HUGE, NANO])) == "Decimal('999999999999999.000000001')"
    assert repr(merge_in_order(Aggregation.SUM, [Decimal("1.25"), Decimal("0.25")])) == "Decimal('1.5')"


def test_a_sum_is_never_rounded() -> None:
    assert merge_tallies(Aggregation.SUM, 10**50, NANO) == Decimal(f"1{'0' * 50}.000000001")
    with pytest.raises(Inexact):
        merge_tallies(Aggregation.SUM, 10**51, NANO)


@pytest.mark.parametrize(
    ("one", "other"),
    [((5, "b", 1), (4, "c", 2)), ((5, "b", 1), (5, "a", 2)), ((5, "b", 1), (5, "", 2))],
    ids=["later", "same time", "no key"],
)
def test_of_two_events_at_the_same_time_the_greater_key_is_the_latest(one: Tally, other: Tally) -> None:
    assert (
        merge_tallies(Aggregation.LATEST, one, other) == merge_tallies(Aggregation.LATEST, other, one) == one
    )
    assert result(Aggregation.LATEST, one) == 1


@pytest.mark.parametrize(
    ("total", "count", "average"),
    [
        (1, 3, "0.333333"),
        (2, 3, "0.666667"),
        (-2, 3, "-0.666667"),
        (Decimal("0.0000005"), 1, "0"),
        (Decimal("0.0000015"), 1, "0.000002"),
        (Decimal("-0.0000005"), 1, "0"),
        (Decimal("500.000000001"), 10**9, "0.000001"),
        (Decimal("499.999999999"), 10**9, "0"),
        (HUGE * 10**12, 10**12, "999999999999999"),
    ],
)
def test_an_average_has_six_decimals_rounded_half_to_even(total: Number, count: int, average: str) -> None:
    assert str(result(Aggregation.AVERAGE, (total, count))) == average


@pytest.mark.parametrize(
    ("number", "integer"),
    [
        (0, 0),
        (-7, -7),
        (2**70, 2**70),
        (Decimal("0.000000001"), 1),
        (Decimal("2.5"), 3),
        (Decimal("-0.5"), 0),
        (Decimal("-1.000000001"), -1),
        (Decimal(f"{HUGE * 10**15}.000000001"), HUGE * 10**15 + 1),
    ],
    ids=str,
)
def test_where_only_integers_are_shown_a_fraction_is_rounded_up(number: Number, integer: int) -> None:
    assert repr(round_up(number)) == repr(integer)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (7, "7"),
        (Decimal("7.000"), "7"),
        (Decimal("-0.0"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.50"), "Decimal('1.5')"),
    ],
    ids=repr,
)
def test_equal_numbers_are_written_alike(number: Number, shown: str) -> None:
    assert repr(normalize_number(number)) == shown
