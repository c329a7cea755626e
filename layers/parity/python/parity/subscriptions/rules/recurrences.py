"""How often a price is charged, in words: `1 month`."""

from __future__ import annotations

from typing import NamedTuple

from parity.core.periods import ChargePeriod


class Recurrence(NamedTuple):
    number: int
    unit: str

    @property
    def text(self) -> str:
        return f"{self.number} {self.unit.lower()}"


RECURRENCES = {
    ChargePeriod.DAILY: Recurrence(1, "DAY"),
    ChargePeriod.WEEKLY: Recurrence(1, "WEEK"),
    ChargePeriod.TWENTY_EIGHT_DAYS: Recurrence(28, "DAY"),
    ChargePeriod.MONTHLY: Recurrence(1, "MONTH"),
    ChargePeriod.THREE_MONTHS: Recurrence(3, "MONTH"),
    ChargePeriod.SIX_MONTHS: Recurrence(6, "MONTH"),
    ChargePeriod.YEARLY: Recurrence(1, "YEAR"),
}
"""None of them is for what is bought once."""
