"""Read, change, write; again if somebody else wrote in between."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from parity.core.errors import VersionConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

MAX_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.02
MAX_PAUSE_SECONDS = 0.5


class VersionChangedError(Exception):
    """The stored version is no longer the one that the change was computed from."""


def retried(
    attempt: Callable[[], Result],
    *,
    after: tuple[type[Exception], ...] = (VersionChangedError,),
    attempts: int = MAX_ATTEMPTS,
    exhausted: Callable[[], Exception] = VersionConflictError,
) -> Result:
    """Returns what the attempt returns; tries again after an error that says that it had no effect.

    The pauses between attempts grow, from at most 20 ms to at most half a second, and are random, so that
    those who collided do not collide again. Raises what `exhausted` makes when every attempt failed.
    """
    for number in range(attempts):
        if number:
            pause(number)
        try:
            return attempt()
        except after as error:
            failure = error
    raise exhausted() from failure


def pause(number: int) -> None:
    """Waits before the attempt of that number; the first attempt is number 0 and waits for nothing."""
    longest = min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (number - 1))
    time.sleep(random.uniform(0, longest))  # noqa: S311
