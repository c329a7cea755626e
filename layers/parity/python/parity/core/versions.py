"""Versions: whether a change changed anything, and whether the caller saw the current version."""

from __future__ import annotations

from parity.core.errors import StaleVersionError


def is_identical(one: object, other: object) -> bool:
    """Whether two values are equal in their types, too: Python has `True == 1`, but JSON does not."""
    return repr(one) == repr(other)


def check_version(version: int, expected: frozenset[int] | None) -> None:
    """Raises StaleVersionError if the version is not one of the expected ones. None allows every version."""
    if expected is not None and version not in expected:
        raise StaleVersionError(version)
