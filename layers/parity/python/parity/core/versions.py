"""When a change changes nothing."""

from __future__ import annotations

from parity.core.errors import StaleVersionError


def is_identical(one: object, other: object) -> bool:
    """Down to the types within metadata: for Python `True == 1`, in JSON they are two values."""
    return repr(one) == repr(other)


def check_version(version: int, expected: frozenset[int] | None) -> None:
    """Raises StaleVersionError if the caller allows other versions only."""
    if expected is not None and version not in expected:
        raise StaleVersionError(version)
