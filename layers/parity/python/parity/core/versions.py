"""When a change changes nothing."""

from __future__ import annotations


def is_same(one: object, other: object) -> bool:
    """Down to the types within metadata: for Python `True == 1`, in JSON they are two values."""
    return repr(one) == repr(other)
