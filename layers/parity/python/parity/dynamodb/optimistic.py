"""Changes to what somebody else may change at the same time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from parity.core.errors import StaleVersionError, VersionConflictError
from parity.dynamodb.transactions import VersionChangedError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

MAX_ATTEMPTS = 8


def retried(attempt: Callable[[], Result]) -> Result:
    """What the attempt returns; it reads, changes and writes, again when somebody else wrote in between."""
    for _ in range(MAX_ATTEMPTS):
        with suppress(VersionChangedError):
            return attempt()
    raise VersionConflictError


def check_expected(version: int, expected: frozenset[int] | None) -> None:
    """Raises StaleVersionError if the caller allows other versions only."""
    if expected is not None and version not in expected:
        raise StaleVersionError(version)
