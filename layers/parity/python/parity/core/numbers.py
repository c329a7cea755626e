"""Numbers that are exact: integers, and decimals where there is a fraction."""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import TypeAlias

Number: TypeAlias = int | Decimal
"""Integral ones are int, the others Decimal without trailing zeros: what is equal is written alike."""

MAX_EXACT_INTEGER = 2**53
"""Up to it every JSON reader keeps integers exact. JavaScript loses digits beyond (docs/contract.md T10)."""

EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


def round_up(number: Number) -> int:
    """Rounded up, for answers that have integers only (WIRE.md T10): what was begun was used."""
    return math.ceil(number)


def normalize_number(number: Number) -> Number:
    """The same number as `Number` wants it. Raises decimal.Inexact beyond 60 digits."""
    if isinstance(number, int):
        return number
    integer = int(number)
    return integer if integer == number else number.normalize(EXACT)
