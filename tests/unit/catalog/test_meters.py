"""Which events a meter counts, whatever shape their properties have."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, new_feature
from parity.catalog.rules.meters import Filter, FilterOperator, Meter, meter_of
from parity.metering.rules.events import UsageEvent
from tests.support.builders.meters import (
    ANYTHING,
    CREATED_ON,
    EQUAL_VALUES,
    IS_EXPORT,
    IS_NOT_EXPORT,
    PROPERTY_NAMES,
    STYLES,
    TENTH,
    UNUSABLE_VALUES,
    event,
    meter,
    short_repr,
)
from tests.support.builders.moments import TICK

MISSING = object()


def test_a_meter_is_read_from_the_definition_in_its_feature() -> None:
    assert meter("SUM", [IS_EXPORT], field="tokens") == Meter(
        feature="tokens",
        event_name="tokens.used",
        function=Aggregation.SUM,
        field="tokens",
        filters=((Filter("kind", FilterOperator.EQUALS, "export"),),),
        created_on=CREATED_ON,
    )


def test_a_feature_without_a_meter_counts_no_events() -> None:
    draft = FeatureDraft(name="Exports", feature_type=FeatureType.METER)
    with pytest.raises(ValueError, match="exports counts no events"):
        meter_of(new_feature(draft, id="1", identifier="exports", now=CREATED_ON))


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (event(), True),
        (event(name="Tokens.Used"), False),
        (event(name="tokensused"), False),
        (event(name="tokens.used "), False),
        (event(received_on=CREATED_ON + TICK), True),
        (event(received_on=CREATED_ON - TICK), False),
        (event(received_on=CREATED_ON - TICK, timestamp=CREATED_ON + TICK), False),
    ],
    ids=["it", "case", "style", "space", "later", "before the meter", "ahead of its time"],
)
def test_an_event_counts_if_it_has_the_name_and_was_received_since_the_meter_exists(
    sent: UsageEvent, *, counts: bool
) -> None:
    assert meter().counts(sent) is counts


groups_of_filters = st.lists(st.lists(st.booleans(), min_size=1, max_size=3), max_size=4)


@given(groups_of_filters)
def test_an_event_has_to_match_all_filters_of_one_group(groups: list[list[bool]]) -> None:
    filtered = meter(
        "COUNT", *([IS_EXPORT if matches else IS_NOT_EXPORT for matches in group] for group in groups)
    )
    expected = not groups or any(all(group) for group in groups)
    assert filtered.counts(event({"kind": "export"})) is expected


def is_equal(one: Any, other: Any) -> bool:  # noqa: ANN401
    return Filter("amount", FilterOperator.EQUALS, other).matches({"amount": one})


@pytest.mark.parametrize("name", EQUAL_VALUES)
def test_a_value_equals_itself_however_it_is_written(name: str) -> None:
    assert all(is_equal(one, other) for one in EQUAL_VALUES[name] for other in EQUAL_VALUES[name])


def test_other_values_and_values_of_other_types_are_not_equal() -> None:
    firsts = [values[0] for values in EQUAL_VALUES.values()]
    assert not any(is_equal(one, other) for one, other in combinations(firsts, 2))


@pytest.mark.parametrize("value", UNUSABLE_VALUES, ids=short_repr)
def test_a_value_that_is_no_text_number_or_boolean_equals_nothing(value: Any) -> None:  # noqa: ANN401
    assert not is_equal(value, value)


@pytest.mark.parametrize(
    ("operator", "value", "found", "matches"),
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
def test_operators_compare_the_property_with_the_value(
    operator: str,
    value: Any,  # noqa: ANN401
    found: Any,  # noqa: ANN401
    *,
    matches: bool,
) -> None:
    properties = {} if found is MISSING else {"size": found}
    assert Filter("size", FilterOperator(operator), value).matches(properties) is matches


@pytest.mark.parametrize("sent", STYLES)
@pytest.mark.parametrize("asked", STYLES)
def test_a_filter_finds_its_property_in_every_style(asked: str, sent: str) -> None:
    group = [{"property": asked, "operator": "GREATER_THAN", "value": 6}]
    assert meter("COUNT", group).counts(event({sent: 7}))


@given(properties=ANYTHING, name=PROPERTY_NAMES)
def test_whatever_is_sent_a_filter_matches_or_does_not(properties: Any, name: str) -> None:  # noqa: ANN401
    for value in (1, 0.5, "1", True):
        held = {operator: Filter(name, operator, value).matches(properties) for operator in FilterOperator}
        assert held[FilterOperator.EQUALS] != held[FilterOperator.NOT_EQUALS]
        assert not (held[FilterOperator.GREATER_THAN] and held[FilterOperator.LESS_THAN])
