"""A usage counter as a check sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.core.periods import Period


@dataclass(frozen=True, slots=True)
class Counter:
    """The usage of a feature in one window, and what was carried into that window from those before.

    `since` is when the window was reset by hand: usage before it does not count.
    """

    window_start: datetime
    used: Number
    carried: int = 0
    since: datetime | None = None


def usage_in(window: Period, counter: Counter | None) -> Number:
    """The usage that the counter has for the window; 0 if it is in another window."""
    return counter.used if counter and counter.window_start == window.start else 0
