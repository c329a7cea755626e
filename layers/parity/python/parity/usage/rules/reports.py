"""A report of usage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.metering.rules.counters import UsageCounter


class Behaviour(StrEnum):
    """SET says what was used in all, DELTA how much more (WIRE.md section 3)."""

    SET = "SET"
    DELTA = "DELTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a caller says was used of a feature, and by how much what is held changes with that."""

    customer_id: str
    feature: str
    behaviour: Behaviour
    value: int
    held: int = 0

    @property
    def taken(self) -> int:
        """How much of a limit it takes."""
        return self.value + self.held


def reported(counter: UsageCounter, behaviour: Behaviour, value: int) -> UsageCounter:
    """Every window moved by `value`, or set to it."""
    windows = tuple(
        replace(window, used=value if behaviour is Behaviour.SET else window.used + value)
        for window in counter.windows
    )
    return replace(counter, windows=windows)
