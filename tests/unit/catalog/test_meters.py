"""Meters: which events count, and what each amounts to, whatever shape its properties have."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.features import FeatureDraft, FeatureType, MeterKind, new_feature
from parity.catalog.rules.meters import Filter, FilterOperator, Meter, meter_of, property_of
from parity.core.numbers import Number
from parity.metering.rules.aggregation import Tally, from_json, merged, result, to_json
from parity.metering.rules.event_values import event_tally
from parity.metering.rules.events import UsageEvent

MADE = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TRUE = {"property": "kind", "operator": "EQUALS", "value": "export"}
FALSE = {"property": "kind", "operator": "NOT_EQUALS", "value": "export"}
OF_METERS = [function for function in Aggregation if function is not Aggregation.CHANGE]
OF_VALUES = [function for function in OF_METERS if function is not Aggregation.COUNT]
OF_NUMBERS = [function for function in OF_VALUES if function is not Aggregation.UNIQUE]


def meter(function: str = "COUNT", *groups: list[dict[str, Any]], field: str | None = None) -> Meter:
    """As the catalogue keeps it."""
    stored = {
        "eventName": "tokens.used",
        "aggregation": {"function": function, "field": None if function == "COUNT" else field or "amount"},
        "filters": groups,
    }
    draft = FeatureDraft(
        name="Tokens",
        feature_type=FeatureType.METER,
        meter_kind=MeterKind.RAW_EVENTS,
        meter=json.loads(json.dumps(stored)),
    )
    return meter_of(new_feature(draft, id="1", identifier="tokens", now=MADE))


def event(properties: Any = None, **changes: Any) -> UsageEvent:  # noqa: ANN401
    """`properties` may be anything, as if a caller had sent it."""
    sent = UsageEvent(
        customer_id="acme",
        name="tokens.used",
        idempotency_key="a",
        timestamp=MADE - timedelta(hours=1),
        properties=properties,
        resource_id=None,
        received_on=MADE,
    )
    return replace(sent, **changes)


def amount(value: Any, function: str = "SUM") -> Tally | None:  # noqa: ANN401
    return event_tally(meter(function), event({"amount": value}))


def shown(value: object) -> str:
    """As the name of a test."""
    return repr(value)[:40]


def test_a_meter_is_what_the_catalogue_says() -> None:
    assert meter("SUM", [TRUE], field="tokens") == Meter(
        feature="tokens",
        event_name="tokens.used",
        function=Aggregation.SUM,
        field="tokens",
        filters=((Filter("kind", FilterOperator.EQUALS, "export"),),),
        created_on=MADE,
    )


def test_a_feature_without_a_meter_counts_no_events() -> None:
    draft = FeatureDraft(name="Exports", feature_type=FeatureType.METER)
    with pytest.raises(ValueError, match="exports counts no events"):
        meter_of(new_feature(draft, id="1", identifier="exports", now=MADE))


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (event(), True),
        (event(name="Tokens.Used"), False),
        (event(name="tokensused"), False),
        (event(name="tokens.used "), False),
        (event(received_on=MADE + TICK), True),
        (event(received_on=MADE - TICK), False),
        (event(received_on=MADE - TICK, timestamp=MADE + TICK), False),
    ],
    ids=["it", "case", "style", "space", "later", "before the meter", "ahead of its time"],
)
def test_an_event_counts_if_it_has_the_name_and_came_after_the_meter_was_made(
    sent: UsageEvent, *, counts: bool
) -> None:
    assert meter().counts(sent) is counts
    assert event_tally(meter(), sent) == (1 if counts else None)


groups_of_filters = st.lists(st.lists(st.booleans(), min_size=1, max_size=3), max_size=4)


@given(groups_of_filters)
def test_all_filters_of_any_group_have_to_hold(groups: list[list[bool]]) -> None:
    filtered = meter("COUNT", *([TRUE if holds else FALSE for holds in group] for group in groups))
    expected = not groups or any(all(group) for group in groups)
    assert filtered.counts(event({"kind": "export"})) is expected


TENTH = Decimal("0.1")
VALUES: dict[str, tuple[Any, ...]] = {
    "one": (1, Decimal("1.0"), 1.0, Decimal("1E+0")),
    "text of one": ("1",),
    "text of one with a point": ("1.0",),
    "true": (True,),
    "text of true": ("true",),
    "zero": (0, Decimal("-0.0"), 0.0, Decimal("0E+5")),
    "false": (False,),
    "empty text": ("",),
    "a tenth": (TENTH, 0.1, Decimal("0.10")),
    "nearly a tenth": (Decimal("0.1000000000000000055511151231257827"),),
    "a thousand": (1000, Decimal("1E+3"), 1e3),
    "many digits": (10**40 + 1, Decimal(10**40 + 1)),
    "one less of many": (10**40,),
    "a great power": (Decimal("1E+99999"), Decimal("10E+99998")),
    "text": ("Export",),
    "text in lower case": ("export",),
    "half a surrogate pair": ("\ud800",),
}
NO_VALUES = [None, [], [1], {}, {"amount": 1}, Decimal("NaN"), Decimal("sNaN"), float("inf"), float("nan")]


def is_equal(one: Any, other: Any) -> bool:  # noqa: ANN401
    return Filter("amount", FilterOperator.EQUALS, other).holds({"amount": one})


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_the_same_however_it_is_written(name: str) -> None:
    for one in VALUES[name]:
        for other in VALUES[name]:
            assert is_equal(one, other)
            assert amount(one, "UNIQUE") == amount(other, "UNIQUE") is not None


def test_other_values_and_values_of_other_types_are_not_the_same() -> None:
    firsts = [values[0] for values in VALUES.values()]
    for one, other in combinations(firsts, 2):
        assert not is_equal(one, other)
    together = reduce(
        lambda tally, value: merged(Aggregation.UNIQUE, tally, amount(value, "UNIQUE")), firsts, None
    )
    assert result(Aggregation.UNIQUE, together) == len(VALUES)


@pytest.mark.parametrize("value", NO_VALUES, ids=shown)
def test_what_is_no_single_value_is_not_counted_and_equals_nothing(value: Any) -> None:  # noqa: ANN401
    assert amount(value, "UNIQUE") is None
    assert not is_equal(value, value)


def test_a_digest_is_64_bits_in_text() -> None:
    assert amount("export", "UNIQUE") == frozenset({"NJEzdXMAAjU"})
    assert amount(Decimal("7.0"), "UNIQUE") == frozenset({"eQJpm-Qsio4"})


MISSING = object()


@pytest.mark.parametrize(
    ("operator", "value", "found", "holds"),
    [
        ("EQUALS", "a", "a", True),
        ("EQUALS", "a", "A", False),
        ("EQUALS", 1, "1", False),
        ("EQUALS", 0.1, TENTH, True),
        ("EQUALS", "a", MISSING, False),
        ("EQUALS", float("inf"), MISSING, False),
        ("NOT_EQUALS", "a", "b", True),
        ("NOT_EQUALS", "a", "a", False),
        ("NOT_EQUALS", True, 1, True),
        ("NOT_EQUALS", "a", MISSING, True),
        ("NOT_EQUALS", "a", None, True),
        ("NOT_EQUALS", "a", ["a"], True),
        ("CONTAINS", "b", "abc", True),
        ("CONTAINS", "B", "abc", False),
        ("CONTAINS", "abc", "b", False),
        ("CONTAINS", "b", ["b"], False),
        ("CONTAINS", "b", {"b": 1}, False),
        ("CONTAINS", "1", 1, False),
        ("CONTAINS", "b", MISSING, False),
        ("GREATER_THAN", 5, 6, True),
        ("GREATER_THAN", 5, 5, False),
        ("GREATER_THAN", 5, Decimal("5.000000000000000000000000000000001"), True),
        ("GREATER_THAN", 0.1, TENTH, False),
        ("GREATER_THAN", 5, "10", True),
        ("GREATER_THAN", 5, "1e1", False),
        ("GREATER_THAN", 0, True, False),
        ("GREATER_THAN", 5, Decimal("1E+99999"), True),
        ("GREATER_THAN", 5, float("inf"), False),
        ("GREATER_THAN", 5, Decimal("NaN"), False),
        ("GREATER_THAN", 5, [6], False),
        ("GREATER_THAN", -1, MISSING, False),
        ("LESS_THAN", 5, 4, True),
        ("LESS_THAN", 5, 5, False),
        ("LESS_THAN", 5, "-10.5", True),
        ("LESS_THAN", 2, True, False),
        ("LESS_THAN", 5, MISSING, False),
        ("LESS_THAN", 5, None, False),
    ],
)
def test_operators(operator: str, value: Any, found: Any, *, holds: bool) -> None:  # noqa: ANN401
    properties = {} if found is MISSING else {"size": found}
    assert Filter("size", FilterOperator(operator), value).holds(properties) is holds


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
    ids=shown,
)
def test_numbers_are_counted_to_nine_decimals_half_to_even(value: Any, number: Number) -> None:  # noqa: ANN401
    assert repr(amount(value)) == repr(number)


NOT_NUMBERS = [
    *("", " 1", "1 ", "+1", "1.", ".5", "1,5", "1e3", "0x1", "NaN", "Infinity", "1_000", "٢", "1\n", "one"),
    *(True, False, 10**15, -(10**15), 10**4000, "1" + "0" * 15),
    *(Decimal("1E+15"), Decimal("-1E+99999"), 1e300),
]  # fmt: skip


@pytest.mark.parametrize("function", OF_NUMBERS)
@pytest.mark.parametrize("value", [*NOT_NUMBERS, *NO_VALUES], ids=shown)
def test_what_is_no_usable_number_does_not_count(function: str, value: Any) -> None:  # noqa: ANN401
    assert amount(value, function) is None
    assert amount(value, "COUNT") == 1


@given(st.decimals(-(10**15) + 1, 10**15 - 1, allow_nan=False) | st.floats(-1e14, 1e14))
def test_a_number_is_rounded_once_from_what_was_sent(value: Decimal | float) -> None:
    counted = amount(value)
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
def test_what_one_event_amounts_to(function: str, tally: Tally) -> None:
    sent = event({"amount": 7}, timestamp=MADE + TICK, idempotency_key="b")
    assert event_tally(meter(function), sent) == tally


@pytest.mark.parametrize("function", OF_VALUES)
def test_a_value_that_an_event_has_not_does_not_count(function: str) -> None:
    assert event_tally(meter(function), event({"other": 7})) is None
    assert event_tally(meter(function), event(None)) is None


NAMES = ["totalTokens", "total_tokens", "TotalTokens", "total-tokens", "_total_tokens", "TOTAL_TOKENS"]


@pytest.mark.parametrize("sent", NAMES)
@pytest.mark.parametrize("asked", NAMES)
def test_names_of_properties_match_in_every_style(asked: str, sent: str) -> None:
    assert event_tally(meter("SUM", field=asked), event({"other": 1, sent: 7})) == 7
    assert event_tally(meter("SUM", field=f"usage.{asked}"), event({"Usage": {sent: 7}})) == 7
    group = [{"property": asked, "operator": "GREATER_THAN", "value": 6}]
    assert meter("COUNT", group).counts(event({sent: 7}))


@pytest.mark.parametrize(
    ("name", "properties", "found"),
    [
        ("total_tokens", {"totalTokens": 1, "total_tokens": 2}, 2),
        ("totalTokens", {"total-tokens": 1, "total_tokens": 2}, 1),
        ("total_tokens", {"totalTokens": 1, "total_tokens": None}, None),
        ("total tokens", {"totalTokens": 1}, None),
        ("usage.total", {"usage": {"total": 1}}, 1),
        ("usage.total", {"usage.total": 2, "usage": {"total": 1}}, 2),
        ("usage.total_tokens", {"usage.totalTokens": 2}, 2),
        ("a.b.c", {"a": {"b": {"c": 1}}}, 1),
        ("a.b.c", {"a": {"b.c": 1}}, 1),
        ("a.b", {"a": 1, "b": 2}, None),
        ("a.", {"a": {"": 1}}, 1),
        (".", {"": {"": 1}}, 1),
        ("a", {"a": {"b": 1}}, {"b": 1}),
    ],
)
def test_where_a_name_leads_to(name: str, properties: Any, found: Any) -> None:  # noqa: ANN401
    assert property_of(properties, name) == found


def nested(depth: int) -> Any:  # noqa: ANN401
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def test_names_may_lead_as_deep_as_they_are_long() -> None:
    assert property_of(nested(128), ".".join("a" * 128)) == 1
    assert event_tally(meter("SUM", field="a.a"), event(nested(50_000))) is None


member_names = st.sampled_from(["amount", "Amount", "a", "", "_", "amount.a"]) | st.text(max_size=2)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["1", "-1.5", "\udc00"])
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(member_names, inner, max_size=3)
)


@given(properties=anything, name=st.sampled_from(["amount", "amount.a", "a.amount", ".", "-"]))
def test_whatever_is_sent_either_counts_or_does_not(properties: Any, name: str) -> None:  # noqa: ANN401
    for function in OF_VALUES:
        tally = event_tally(meter(function, field=name), event(properties))
        assert tally is None or from_json(function, to_json(function, tally)) == tally
    for value in (1, 0.5, "1", True):
        held = {operator: Filter(name, operator, value).holds(properties) for operator in FilterOperator}
        assert held[FilterOperator.EQUALS] != held[FilterOperator.NOT_EQUALS]
        assert not (held[FilterOperator.GREATER_THAN] and held[FilterOperator.LESS_THAN])


sent_values = st.integers(-9, 9) | st.decimals(-9, 9, places=2)


@pytest.mark.parametrize("function", OF_METERS)
@given(values=st.lists(st.tuples(sent_values, st.booleans()), max_size=10))
def test_events_add_up_to_what_their_values_do(
    function: Aggregation, values: list[tuple[Number, bool]]
) -> None:
    counting = meter(function, [TRUE])
    sent = [
        event(
            {"amount": value, "kind": "export" if exports else "import"},
            idempotency_key=str(number),
            timestamp=MADE + number * TICK,
        )
        for number, (value, exports) in enumerate(values)
    ]
    tally: Tally | None = None
    for each in reversed(sent):
        tally = merged(function, tally, event_tally(counting, each))
    counted = [Fraction(value) for value, exports in values if exports]
    assert Fraction(result(function, tally)) == by_hand(function, counted)


def by_hand(function: Aggregation, values: list[Fraction]) -> Fraction | int:
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
