"""Changes to what somebody else may change at the same time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from parity.core.errors import VersionConflictError

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


class VersionChangedError(Exception):
    """What stands there is no longer the version that the change was computed from."""
