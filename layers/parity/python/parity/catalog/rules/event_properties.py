"""The properties of an event: to find one by its name, and to read its value.

Callers send properties of any shape. A value that cannot be used is None here, and never an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.core.numbers import Number

WIDEST = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Normalizes every number without rounding it."""

PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def find_property(properties: object, name: str) -> object:
    """The value of the property with that name, or None. A dot in the name leads into an object.

    `usage.total` finds 7 in `{"usage.total": 7}` and in `{"usage": {"total": 7}}`. Where no name matches
    exactly, case, dashes and underscores do not matter: `total_tokens` finds `totalTokens`. Client libraries
    rewrite names (docs/contract.md T2).
    """
    if not isinstance(properties, Mapping):
        return None
    found = _find_member(properties, name)
    first, dot, rest = name.partition(".")
    return find_property(_find_member(properties, first), rest) if found is None and dot else found


def _find_member(properties: Mapping[str, object], name: str) -> object:
    if name in properties:
        return properties[name]
    wanted = _without_style(name)
    return next((value for key, value in properties.items() if _without_style(key) == wanted), None)


def _without_style(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def read_number(value: object) -> Number | None:
    """A finite number, or the number in a text of plain digits such as "-1.5"; else None, also for True."""
    if isinstance(value, str):
        return Decimal(value) if PLAIN_DECIMAL.fullmatch(value) else None
    return _read_json_number(value)


def _read_json_number(value: object) -> Number | None:
    """True and False are numbers in Python and not in JSON."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value if isinstance(value, int) else None


def canonical_text(value: object) -> str | None:
    """The same text for equal values of one JSON type: 1 and 1.0 share it, but True and "1" have others.

    None for null, objects and arrays, and for numbers that are not finite.
    """
    if isinstance(value, (str, bool)):
        return json.dumps(value)
    number = _read_json_number(value)
    if number is None:
        return None
    return str(Decimal(number).normalize(WIDEST)) if number else "0"
