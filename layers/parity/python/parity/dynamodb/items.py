"""Python values as DynamoDB's typed ones, and back."""

from __future__ import annotations

import json
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = dict[str, Any]


def to_wire(values: Mapping[str, Any]) -> dict[str, Any]:
    """Python values as DynamoDB's typed ones; `None` is left out."""
    return {name: _to_typed(value) for name, value in values.items() if value is not None}


def _to_typed(value: object) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case str():
            return {"S": str(value)}
    raise TypeError(f"{type(value)} does not go into an item")


def from_wire(item: Mapping[str, Any]) -> Item:
    return {
        name: _number(typed["N"]) if "N" in typed else next(iter(typed.values()))
        for name, typed in item.items()
    }


def _number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def to_json_text(value: Any) -> str | None:  # noqa: ANN401
    """JSON as text. DynamoDB's own maps and numbers would not return exactly what was stored."""
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json_text(text: str | None) -> Any:  # noqa: ANN401
    return None if text is None else json.loads(text)


MIN_PACKED_CHARACTERS = 256
"""Shorter texts lose little, and fit in one write unit of a kilobyte as they are.

The terms of a plan of four features have 500 characters. With these as they are, a subscription has 1.1 KB
and costs two units in place of one, in the table and in the index that holds it whole.
"""


def pack_text(text: str) -> str | bytes:
    """The text, compressed if it is long."""
    return text if len(text) < MIN_PACKED_CHARACTERS else zlib.compress(text.encode())


def unpack_text(packed: str | bytes) -> str:
    return packed if isinstance(packed, str) else zlib.decompress(packed).decode()
