"""An amount of usage in an answer: a JSON number, as exact as a double if it has a fraction."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from parity.core.numbers import Number

Quantity = Annotated[
    Number,
    PlainSerializer(lambda number: float(number) if isinstance(number, Decimal) else number),
    WithJsonSchema({"type": "number"}),
]
