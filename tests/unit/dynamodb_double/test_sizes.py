"""Sizes and units are those that AWS documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fakes.dynamodb.sizes import count_item_bytes, count_read_units, count_write_units


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "Ü€"}, 5),
        ({"N": "0"}, 1),
        ({"N": "27"}, 2),
        ({"N": "-27.5"}, 4),
        ({"N": "1000"}, 2),
        ({"B": "AP8="}, 2),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + 2 + 2 + 2),
        ({"M": {"key": {"S": "ab"}}}, 3 + 1 + 3 + 2),
    ],
)
def test_a_value_is_as_large_as_documented(value: dict[str, Any], size: int) -> None:
    assert count_item_bytes({"ä": value}) == 2 + size


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1024, 1), (1025, 2), (400_000, 391)])
def test_a_kilobyte_is_a_write_unit(size: int, units: int) -> None:
    assert count_write_units(size, 10) == units


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2)])
def test_four_kilobytes_are_a_read_unit_and_half_of_one_eventually(size: int, units: int) -> None:
    assert count_read_units(size, consistent=True) == units
    assert count_read_units(size, consistent=False) == units / 2
