"""Reports of payments that another system took, and the latest of them, by when the payments occurred.

Reports may be late, repeated and out of order (docs/decisions/0044).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MAX_PAYMENTS_KEPT = 10
"""How many payments a subscription keeps, and as many of its changes. A failed renewal is retried 8 times."""


class PaymentOutcome(StrEnum):
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class PaymentPurpose(StrEnum):
    """What was paid for: the subscription itself (its first payment, or a renewal), or a change of it."""

    SUBSCRIPTION = "SUBSCRIPTION"
    CHANGE = "CHANGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment that was made or failed at `occurred_on`. A purpose of None is what awaited a payment."""

    outcome: PaymentOutcome
    occurred_on: datetime
    id: str | None = None
    purpose: PaymentPurpose | None = None

    @property
    def order(self) -> tuple[datetime, bool, str, str]:
        """Of two payments at the same moment, the one that was made is the later one."""
        return self.occurred_on, self.outcome is PaymentOutcome.SUCCEEDED, self.id or "", self.purpose or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReport:
    """What a caller says about a payment. One that does not say when it occurred, occurred just now."""

    outcome: PaymentOutcome
    id: str | None = None
    occurred_on: datetime | None = None
    purpose: PaymentPurpose | None = None

    @property
    def has_details(self) -> bool:
        return bool(self.id or self.occurred_on or self.purpose)

    def to_payment(self, now: datetime) -> Payment:
        return Payment(
            outcome=self.outcome, occurred_on=self.occurred_on or now, id=self.id, purpose=self.purpose
        )

    def is_among(self, payments: Iterable[Payment]) -> bool:
        """Whether a report of this payment and outcome was kept."""
        return any(self._repeats(each) for each in payments)

    def _repeats(self, kept: Payment) -> bool:
        if self.id is None and self.occurred_on is None:
            return False
        same_moment = self.occurred_on in {None, kept.occurred_on}
        return same_moment and (self.id, self.outcome) == (kept.id, kept.outcome)


def keep_payment(kept: Iterable[Payment], payment: Payment) -> tuple[Payment, ...]:
    """The latest payments in their order, with this one unless it is too old."""
    ordered = sorted({*kept, payment}, key=lambda each: each.order)
    of_changes = [each for each in ordered if each.purpose is PaymentPurpose.CHANGE]
    others = [each for each in ordered if each.purpose is not PaymentPurpose.CHANGE]
    return (*others[-MAX_PAYMENTS_KEPT:], *of_changes[-MAX_PAYMENTS_KEPT:])


def find_latest_payment(payments: Iterable[Payment]) -> Payment | None:
    """The latest payment that may be of the subscription itself."""
    own = (each for each in payments if each.purpose is not PaymentPurpose.CHANGE)
    return max(own, key=lambda each: each.order, default=None)
