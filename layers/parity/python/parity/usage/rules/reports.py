"""A report of usage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.metering.rules.counters import change_counting_windows

if TYPE_CHECKING:
    from parity.metering.rules.counters import UsageCounter, UsageWindow


class Behaviour(StrEnum):
    """SET replaces the usage of the window, DELTA is added to it (docs/contract.md, "Reported usage")."""

    SET = "SET"
    DELTA = "DELTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a customer used of a feature. `reserved` is added to the reserved amount; it may be negative."""

    customer_id: str
    feature: str
    behaviour: Behaviour
    value: int
    reserved: int = 0

    @property
    def amount(self) -> int:
        """How much of a limit the report uses or reserves."""
        return self.value + self.reserved


def apply_usage(counter: UsageCounter, behaviour: Behaviour, value: int) -> UsageCounter:
    """Adds `value` to the usage of the counter's first window, or replaces that usage by it."""

    def apply(window: UsageWindow) -> UsageWindow:
        return replace(window, used=value if behaviour is Behaviour.SET else window.used + value)

    return change_counting_windows(counter, apply)
