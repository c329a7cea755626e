"""An amount of usage in an answer: a JSON number, as exact as a double if it has a fraction."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from parity.core.numbers import Number
from parity.http.declarations import PlainSerializer, WithJsonSchema


def _to_json_number(number: Number) -> int | float:
    return float(number) if isinstance(number, Decimal) else number


Quantity = Annotated[
    Number,
    PlainSerializer(_to_json_number),
    WithJsonSchema({"type": "number"}),
]
