"""How large items are, and the units of reading and writing them, as AWS documents it."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""Attributes with their types, as they are sent. Binary values are base64."""

READ_BYTES = 4096
WRITE_BYTES = 1024
CONTAINER_BYTES = 3
"""What a list or a map takes, apart from a byte for each of its elements."""


def count_item_bytes(item: Item) -> int:
    return sum(len(name.encode()) + count_value_bytes(value) for name, value in item.items())


def count_value_bytes(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return count_number_bytes(value)
        case "B":
            return int(len(value) * 3 // 4 - value.count("="))
        case "SS" | "NS" | "BS":
            return sum(count_value_bytes({kind[0]: each}) for each in value)
        case "L" | "M":
            return CONTAINER_BYTES + len(value) + _count_element_bytes(value)
    return 1


def _count_element_bytes(value: Any) -> int:  # noqa: ANN401 - a list or a map
    return count_item_bytes(value) if isinstance(value, dict) else sum(map(count_value_bytes, value))


def count_number_bytes(text: str) -> int:
    """A byte per two significant digits, one more, and one for the sign."""
    digits = text.lstrip("-").partition("E")[0].replace(".", "").strip("0")
    return ceil(len(digits) / 2) + 1 + text.startswith("-")


def count_read_units(size: int, *, consistent: bool) -> float:
    units = max(ceil(size / READ_BYTES), 1)
    return float(units) if consistent else units / 2


def count_write_units(*sizes: int) -> int:
    """Of one item, whose sizes are those before and after the write."""
    return max(ceil(max(sizes) / WRITE_BYTES), 1)
