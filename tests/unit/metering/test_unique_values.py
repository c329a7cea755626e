"""What happens when an hour or a day has too many unique values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.metering.rules import unique_values
from parity.metering.rules.aggregation import Tally, result
from parity.metering.rules.buckets import (
    merge_slots,
)
from parity.metering.rules.unique_values import is_full, limit_values

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@given(st.lists(st.frozensets(st.text("abc", min_size=1, max_size=2)), min_size=1, max_size=4))
def test_too_many_values_are_left_out_the_same_way_in_whatever_order_they_come(
    parts: list[frozenset[str]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unique_values, "MAX_VALUES", 3)
        at_once: dict[datetime, Tally] = {NOON: frozenset().union(*parts)}
        one_by_one: dict[datetime, Tally] = {}
        for part in parts:
            one_by_one = limit_values(merge_slots(Aggregation.UNIQUE, one_by_one, {NOON: part}))
        values = len(frozenset().union(*parts))
        assert result(Aggregation.UNIQUE, one_by_one.get(NOON)) == min(3, values)
        assert {k: v for k, v in one_by_one.items() if v} == {
            k: v for k, v in limit_values(at_once).items() if v
        }
        assert is_full(one_by_one) == (values >= 3)


def test_numbers_are_not_limited() -> None:
    slots: dict[datetime, Tally] = {NOON: 10**9}
    assert (limit_values(slots), is_full(slots)) == (slots, False)
