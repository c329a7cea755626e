"""Usage that is held back for a while, before it is known how much it will be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SEPARATOR = "."
"""No feature's identifier holds it."""


class ReservationStatus(StrEnum):
    """Only pending ones are kept."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """`amount` of a feature counts as taken until it is confirmed, released, or has expired.

    `used` is what was confirmed, and None before.
    """

    number: str
    customer_id: str
    feature: str
    amount: int
    created_on: datetime
    expires_on: datetime
    status: ReservationStatus = ReservationStatus.PENDING
    used: int | None = None

    @property
    def id(self) -> str:
        """Names the feature, too, so that a reservation is found by it without a search."""
        return f"{self.feature}{SEPARATOR}{self.number}"

    def is_pending(self, at: datetime) -> bool:
        return at < self.expires_on


def parts_of(reservation_id: str) -> tuple[str, str]:
    """The feature and the number."""
    feature, _, number = reservation_id.partition(SEPARATOR)
    return feature, number
