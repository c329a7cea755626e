"""Usage that is reserved for a while, before it is known how much it will be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SEPARATOR = "."
"""Between a feature's identifier, which never contains it, and a number."""


class ReservationStatus(StrEnum):
    """Only pending reservations are stored."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """`amount` of a feature is reserved until the reservation is confirmed, released, or has expired.

    `used` is what was confirmed, 0 after a release, and None while it is pending.
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
        """Feature and number, such as `exports.1f0c`: a reservation is found by it without a search."""
        return f"{self.feature}{SEPARATOR}{self.number}"

    def is_pending(self, at: datetime) -> bool:
        return at < self.expires_on


def parse_reservation_id(reservation_id: str) -> tuple[str, str]:
    """Returns the feature and the number."""
    feature, _, number = reservation_id.partition(SEPARATOR)
    return feature, number
