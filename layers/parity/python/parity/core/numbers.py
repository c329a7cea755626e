"""Numbers that are exact: integers, and decimals where there is a fraction."""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import TypeAlias

Number: TypeAlias = int | Decimal
"""An int if integral, else a Decimal without trailing zeros, so that equal numbers are written alike."""

MAX_EXACT_INTEGER = 2**53
"""Up to it every JSON reader keeps integers exact. JavaScript loses digits beyond (docs/contract.md T10)."""

EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


def read_integer(value: object) -> int | None:
    """The integer that a JSON value is, in any notation: 3 for 3, 3.0 and 3e0. None for anything else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def round_up(number: Number) -> int:
    """For answers that have integers only (docs/contract.md T10): 2.1 used hours are shown as 3."""
    return math.ceil(number)


def normalize_number(number: Number) -> Number:
    """An int if the number is integral, else a Decimal without trailing zeros: 5.0 gives 5, 2.50 gives 2.5.

    Raises decimal.Inexact beyond 60 digits.
    """
    if isinstance(number, int):
        return number
    integer = int(number)
    return integer if integer == number else number.normalize(EXACT)


def add(a: Number, b: Number) -> Number:
    """The exact sum. Raises decimal.Inexact beyond 60 digits."""
    return normalize_number(EXACT.add(a, b)) if isinstance(a, Decimal) or isinstance(b, Decimal) else a + b


def subtract(a: Number, b: Number) -> Number:
    return add(a, -b)
