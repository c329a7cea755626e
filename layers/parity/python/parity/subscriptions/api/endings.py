"""Requests that cancel a subscription or report a payment (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.text import checked_text
from parity.http.declarations import AfterValidator, Field, WithJsonSchema
from parity.http.models import PRINTABLE_PATTERN, Description, RequestModel
from parity.http.moments import Moment, require_future, require_near
from parity.subscriptions.rules.payment_reports import PaymentOutcome, PaymentPurpose, PaymentReport
from parity.subscriptions.rules.payments import CLOCK_TOLERANCE
from parity.subscriptions.service.changes import Cancellation, CancellationType

REASON = "CANCELLED_BY_MERCHANT"

MAX_PAYMENT_ID_CHARACTERS = 100


class CancellationFeedback(StrEnum):
    TOO_EXPENSIVE = "TOO_EXPENSIVE"
    MISSING_FEATURES = "MISSING_FEATURES"
    SWITCHED_SERVICE = "SWITCHED_SERVICE"
    UNUSED = "UNUSED"
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    LOW_QUALITY = "LOW_QUALITY"
    TOO_COMPLEX = "TOO_COMPLEX"
    OTHER = "OTHER"


class SubscriptionCancel(RequestModel):
    """`cancellationDate` is the beginning of that day in UTC; only SPECIFIC_DATE uses it."""

    cancellation_type: CancellationType
    cancellation_date: Annotated[str, WithJsonSchema({"type": "string", "format": "date"})] | None = None
    cancellation_feedback: CancellationFeedback | None = None
    cancellation_comment: Description | None = None

    def to_cancellation(self, now: datetime) -> Cancellation:
        """Raises InvalidFieldsError."""
        reasons = {
            "reason": REASON,
            "feedback": self.cancellation_feedback,
            "comment": self.cancellation_comment,
        }
        return Cancellation(
            self.cancellation_type,
            self._date(now) if self.cancellation_type is CancellationType.SPECIFIC_DATE else None,
            {name: str(text) for name, text in reasons.items() if text},
        )

    def _date(self, now: datetime) -> datetime:
        if self.cancellation_date is None:
            raise InvalidFieldsError(
                FieldProblem("cancellation_date", "is required with the type SPECIFIC_DATE.")
            )
        try:
            self.cancellation_date.encode("ascii")  # strptime knows the digits of every script
            date = datetime.strptime(self.cancellation_date, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError as error:
            raise InvalidFieldsError(
                FieldProblem("cancellation_date", "must be a date such as 2026-03-02.")
            ) from error
        return require_future("cancellation_date", date, now)


PaymentId = Annotated[
    str,
    Field(min_length=1, max_length=MAX_PAYMENT_ID_CHARACTERS),
    AfterValidator(checked_text),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_PAYMENT_ID_CHARACTERS,
            "pattern": PRINTABLE_PATTERN,
        }
    ),
]


class PaymentRequest(RequestModel):
    """The outcome of a payment that another system took.

    With any of the other fields, reports may be repeated, late and out of order.
    """

    outcome: PaymentOutcome
    payment_id: PaymentId | None = None
    occurred_on: (
        Annotated[Moment, Field(description="When the payment was made or failed; without it, now.")] | None
    ) = None
    payment_for: PaymentPurpose | None = None

    def to_report(self, now: datetime) -> PaymentReport:
        """Raises InvalidFieldsError."""
        if self.occurred_on and require_near("occurred_on", self.occurred_on, now) > now + CLOCK_TOLERANCE:
            raise InvalidFieldsError(FieldProblem("occurred_on", "must not be in the future."))
        return PaymentReport(
            outcome=self.outcome,
            id=self.payment_id,
            occurred_on=self.occurred_on,
            purpose=self.payment_for,
        )
