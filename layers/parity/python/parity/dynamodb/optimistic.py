"""Optimistic changes: read, change and write, and start again if somebody else wrote in between."""

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


def retry(
    attempt: Callable[[], Result],
    *,
    after: tuple[type[Exception], ...] = (VersionChangedError,),
    attempts: int = MAX_ATTEMPTS,
    exhausted: Callable[[], Exception] = VersionConflictError,
) -> Result:
    """Calls `attempt` and returns its result; calls it again after an error of the classes in `after`.

    Such an error means that another attempt does no harm. The pauses are random, so that requests which
    collided do not collide again. The first is at most 20 ms, each further one up to twice as long, and
    none longer than half a second. If all attempts fail, the error that `exhausted` makes is raised.
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
    """Waits before an attempt. Attempts are numbered from 0, and the first has no pause."""
    longest = min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (number - 1))
    time.sleep(random.uniform(0, longest))  # noqa: S311
