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
    return {name: _from_typed(value) for name, value in item.items()}


def _from_typed(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401
    ((kind, value),) = typed.items()
    return _number(value) if kind == "N" else value


def _number(text: str) -> int | Decimal:
    if text.lstrip("-").isdecimal():
        return int(text)
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def to_json_text(value: Any) -> str | None:  # noqa: ANN401
    """JSON as text. DynamoDB's own maps and numbers would not return exactly what was stored."""
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json_text(text: str | None) -> Any:  # noqa: ANN401
    return None if text is None else json.loads(text)


MIN_PACKED_CHARACTERS = 512
"""Shorter texts fit in one write unit of a kilobyte as they are."""


def pack_text(text: str) -> str | bytes:
    """The text, compressed if it is long."""
    return text if len(text) < MIN_PACKED_CHARACTERS else zlib.compress(text.encode())


def unpack_text(packed: str | bytes) -> str:
    return packed if isinstance(packed, str) else zlib.decompress(packed).decode()
