"""What one event adds to the usage of a feature, whatever shape its properties have."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import Number
from parity.metering.rules.aggregation import Tally, from_json, merge_tallies, result, to_json
from parity.metering.rules.event_values import event_tally
from tests.support.builders.meters import (
    ANYTHING,
    CREATED_ON,
    EQUAL_VALUES,
    IS_EXPORT,
    PROPERTY_NAMES,
    STYLES,
    TENTH,
    UNUSABLE_VALUES,
    event,
    meter,
    nest_value,
    short_repr,
)
from tests.support.builders.moments import TICK

OF_METERS = [function for function in Aggregation if function is not Aggregation.CHANGE]
OF_VALUES = [function for function in OF_METERS if function is not Aggregation.COUNT]
OF_NUMBERS = [function for function in OF_VALUES if function is not Aggregation.UNIQUE]


def tally_of_amount(value: Any, function: str = "SUM") -> Tally | None:  # noqa: ANN401
    return event_tally(meter(function), event({"amount": value}))


def test_only_an_event_that_counts_adds_something() -> None:
    assert event_tally(meter(), event()) == 1
    assert event_tally(meter(), event(name="tokensused")) is None
    assert event_tally(meter(), event(received_on=CREATED_ON - TICK)) is None
    assert event_tally(meter("COUNT", [IS_EXPORT]), event({"kind": "import"})) is None


@pytest.mark.parametrize("name", EQUAL_VALUES)
def test_a_value_is_the_same_however_it_is_written(name: str) -> None:
    first, *others = [tally_of_amount(value, "UNIQUE") for value in EQUAL_VALUES[name]]
    assert first is not None
    assert all(other == first for other in others)


def test_different_values_and_types_are_not_the_same() -> None:
    firsts = [values[0] for values in EQUAL_VALUES.values()]
    merged = reduce(
        lambda tally, value: merge_tallies(Aggregation.UNIQUE, tally, tally_of_amount(value, "UNIQUE")),
        firsts,
        None,
    )
    assert result(Aggregation.UNIQUE, merged) == len(EQUAL_VALUES)


@pytest.mark.parametrize("value", UNUSABLE_VALUES, ids=short_repr)
def test_a_value_that_is_no_text_number_or_boolean_is_not_counted(value: Any) -> None:  # noqa: ANN401
    assert tally_of_amount(value, "UNIQUE") is None


def test_a_digest_is_64_bits_in_text() -> None:
    assert tally_of_amount("export", "UNIQUE") == frozenset({"NJEzdXMAAjU"})
    assert tally_of_amount(Decimal("7.0"), "UNIQUE") == frozenset({"eQJpm-Qsio4"})


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (-7, -7),
        (0, 0),
        (Decimal("7.0"), 7),
        (Decimal("1.50"), Decimal("1.5")),
        (0.1, TENTH),
        ("12", 12),
        ("-0.25", Decimal("-0.25")),
        ("007", 7),
        (Decimal("1E+3"), 1000),
        (10**15 - 1, 10**15 - 1),
        (Decimal("-999999999999999.999999999"), Decimal("-999999999999999.999999999")),
        (Decimal("0.0000000005"), 0),
        (Decimal("0.0000000015"), Decimal("0.000000002")),
        (Decimal("0.00000000050000000000000000000000000000001"), Decimal("0.000000001")),
        (Decimal("-1E-9999999999"), 0),
        ("0." + "3" * 200, Decimal("0.333333333")),
    ],
    ids=short_repr,
)
def test_numbers_are_counted_to_nine_decimals_half_to_even(value: Any, number: Number) -> None:  # noqa: ANN401
    assert repr(tally_of_amount(value)) == repr(number)


NOT_NUMBERS = [
    *("", " 1", "1 ", "+1", "1.", ".5", "1,5", "1e3", "0x1", "NaN", "Infinity", "1_000", "٢", "1\n", "one"),
    *(True, False, 10**15, -(10**15), 10**4000, "1" + "0" * 15),
    *(Decimal("1E+15"), Decimal("-1E+99999"), 1e300),
]  # fmt: skip


@pytest.mark.parametrize("function", OF_NUMBERS)
@pytest.mark.parametrize("value", [*NOT_NUMBERS, *UNUSABLE_VALUES], ids=short_repr)
def test_what_is_no_usable_number_does_not_count(function: str, value: Any) -> None:  # noqa: ANN401
    assert tally_of_amount(value, function) is None
    assert tally_of_amount(value, "COUNT") == 1


@given(st.decimals(-(10**15) + 1, 10**15 - 1, allow_nan=False) | st.floats(-1e14, 1e14))
def test_a_number_is_rounded_once_from_what_was_sent(value: Decimal | float) -> None:
    counted = tally_of_amount(value)
    assert isinstance(counted, (int, Decimal))
    assert Fraction(counted) == round(Fraction(str(value)), 9)


@pytest.mark.parametrize(
    ("function", "tally"),
    [
        ("COUNT", 1),
        ("SUM", 7),
        ("MAX", 7),
        ("MIN", 7),
        ("LATEST", (1_772_442_900_000_001, "b", 7)),
        ("AVERAGE", (7, 1)),
        ("UNIQUE", frozenset({"eQJpm-Qsio4"})),
    ],
)
def test_the_tally_of_one_event(function: str, tally: Tally) -> None:
    sent = event({"amount": 7}, timestamp=CREATED_ON + TICK, idempotency_key="b")
    assert event_tally(meter(function), sent) == tally


@pytest.mark.parametrize("function", OF_VALUES)
def test_an_event_without_the_value_does_not_count(function: str) -> None:
    assert event_tally(meter(function), event({"other": 7})) is None
    assert event_tally(meter(function), event(None)) is None


@pytest.mark.parametrize("sent", STYLES)
@pytest.mark.parametrize("asked", STYLES)
def test_names_of_properties_match_in_every_style(asked: str, sent: str) -> None:
    assert event_tally(meter("SUM", field=asked), event({"other": 1, sent: 7})) == 7
    assert event_tally(meter("SUM", field=f"usage.{asked}"), event({"Usage": {sent: 7}})) == 7


def test_an_object_that_is_nested_very_deep_does_not_count() -> None:
    assert event_tally(meter("SUM", field="a.a"), event(nest_value(50_000))) is None


@given(properties=ANYTHING, name=PROPERTY_NAMES)
def test_whatever_is_sent_either_counts_or_does_not(properties: Any, name: str) -> None:  # noqa: ANN401
    for function in OF_VALUES:
        tally = event_tally(meter(function, field=name), event(properties))
        assert tally is None or from_json(function, to_json(function, tally)) == tally


sent_values = st.integers(-9, 9) | st.decimals(-9, 9, places=2)


@pytest.mark.parametrize("function", OF_METERS)
@given(values=st.lists(st.tuples(sent_values, st.booleans()), max_size=10))
def test_events_add_up_to_what_their_values_do(
    function: Aggregation, values: list[tuple[Number, bool]]
) -> None:
    counting = meter(function, [IS_EXPORT])
    sent = [
        event(
            {"amount": value, "kind": "export" if exports else "import"},
            idempotency_key=str(number),
            timestamp=CREATED_ON + number * TICK,
        )
        for number, (value, exports) in enumerate(values)
    ]
    tally: Tally | None = None
    for each in reversed(sent):
        tally = merge_tallies(function, tally, event_tally(counting, each))
    counted = [Fraction(value) for value, exports in values if exports]
    assert Fraction(result(function, tally)) == expected_usage(function, counted)


def expected_usage(function: Aggregation, values: list[Fraction]) -> Fraction | int:
    if not values:
        return 0
    return {
        Aggregation.COUNT: len(values),
        Aggregation.SUM: sum(values),
        Aggregation.MAX: max(values),
        Aggregation.MIN: min(values),
        Aggregation.LATEST: values[-1],
        Aggregation.UNIQUE: len(set(values)),
        Aggregation.AVERAGE: round(sum(values) / Fraction(len(values)), 6),
    }[function]
