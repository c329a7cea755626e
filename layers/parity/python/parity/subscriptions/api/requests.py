"""Requests that create or update a subscription (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from parity.catalog.api.parameters import SLUG_SCHEMA
from parity.catalog.rules.errors import PlanNotFoundError
from parity.catalog.rules.plan_entitlements import MAX_ENTITLEMENTS
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.identifiers import checked_slug
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.periods import ChargePeriod
from parity.customers.rules.errors import CustomerNotFoundError
from parity.http.declarations import AfterValidator, Field, WithJsonSchema
from parity.http.models import Identifier, Ignored, Integer, RequestModel, Text
from parity.http.moments import MOMENT_OR_DATE, parse_moment, require_future, require_near
from parity.subscriptions.service.changes import Effective, Update
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOW = "now"


def _validate_time(text: str) -> str:
    parse_moment(text)
    return text


def _validate_trial_end(text: str) -> str:
    return text if text == NOW else _validate_time(text)


PlanIdentifier = Annotated[
    str,
    AfterValidator(checked_slug),
    WithJsonSchema({**SLUG_SCHEMA, "description": "The plan's identifier."}),
]
TrialEnd = Annotated[
    str,
    AfterValidator(_validate_trial_end),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"const": NOW}, *MOMENT_OR_DATE["anyOf"]],
            "description": "`now`, or a time to come as ISO 8601, in UTC unless it says otherwise.",
        }
    ),
]


class FeatureQuantity(RequestModel):
    """The whole new quantity of a feature, in place of what the plan gives."""

    identifier: Text
    quantity: Annotated[Integer, Field(ge=0, le=MAX_EXACT_INTEGER)]


class TermsRequest(RequestModel):
    """What is subscribed to. Fields that other systems need and Parity does not are accepted and ignored."""

    plan_identifier: PlanIdentifier
    charge_period: ChargePeriod
    features: Annotated[list[FeatureQuantity], Field(max_length=MAX_ENTITLEMENTS)] | None = None
    trial_end: TrialEnd | None = None
    payment_behavior: Literal["activate_on_payment"] | None = None
    success_url: Ignored = None
    ip_address: Ignored = None
    offering_id: Ignored = None
    pricing_table_id: Ignored = None
    rule_id: Ignored = None
    probation_behaviour: Ignored = None
    proration_behavior: Ignored = None

    def to_offer(self) -> Offer:
        return Offer(
            plan=self.plan_identifier, charge_period=self.charge_period, quantities=self._quantities()
        )

    def _quantities(self) -> Mapping[str, int]:
        quantities = {each.identifier: each.quantity for each in self.features or ()}
        if len(quantities) < len(self.features or ()):
            raise InvalidFieldsError(FieldProblem("features", "names a feature more than once."))
        return quantities

    def _trial_end(self, start: datetime, now: datetime) -> datetime | None:
        """The end of the trial, None if it was left out. `now` gives the start itself: no trial.

        Only the trial of a subscription that started in the past may have ended.
        """
        if self.trial_end is None:
            return None
        if self.trial_end == NOW:
            return start
        if self.charge_period is ChargePeriod.ONE_TIME:
            raise InvalidFieldsError(FieldProblem("trial_end", "needs a recurring charge period."))
        require = require_near if start < now else require_future
        trial_end = require("trial_end", parse_moment(self.trial_end), now)
        if trial_end <= start:
            raise InvalidFieldsError(FieldProblem("trial_end", "must be after the start."))
        return trial_end


class SubscriptionCreate(TermsRequest):
    """Without a `startDate`, the subscription starts now.

    A date is the beginning of that day in UTC, but today's date is now. A date in the past starts it there,
    and it has today's status and billing period.
    """

    customer_id: Identifier
    start_date: (
        Annotated[
            str,
            AfterValidator(_validate_time),
            WithJsonSchema({**MOMENT_OR_DATE, "description": "YYYY-MM-DD or ISO 8601."}),
        ]
        | None
    ) = None

    def to_draft(self, now: datetime) -> SubscriptionDraft:
        """Raises InvalidFieldsError."""
        start = self._start(now)
        if start < now and self.payment_behavior:
            raise InvalidFieldsError(
                FieldProblem("payment_behavior", "cannot be combined with a startDate in the past.")
            )
        return SubscriptionDraft(
            customer_id=self.customer_id,
            offer=self.to_offer(),
            start=start,
            trial_end=self._trial_end(start, now),
            awaits_payment=self.payment_behavior is not None,
        )

    def _start(self, now: datetime) -> datetime:
        if self.start_date is None or self.start_date == f"{now:%Y-%m-%d}":
            return now
        return require_near("start_date", parse_moment(self.start_date), now)


class SubscriptionUpdate(TermsRequest):
    """Without `features`, the quantities stay if the plan stays; an empty list removes them.

    With a `paymentBehavior` the present terms stay until the payment is reported.
    """

    effective: Effective = Effective.NOW

    def to_update(self, now: datetime) -> Update:
        """Raises InvalidFieldsError."""
        if self.trial_end and self.effective is Effective.PERIOD_END:
            raise InvalidFieldsError(FieldProblem("trial_end", "belongs to effective NOW only."))
        if self.payment_behavior and (self.trial_end or self.effective is Effective.PERIOD_END):
            raise InvalidFieldsError(
                FieldProblem("payment_behavior", "belongs to effective NOW without a trialEnd.")
            )
        return Update(
            self.to_offer(),
            self.effective,
            trial_end=self._trial_end(now, now),
            keeps_quantities=self.features is None,
            awaits_payment=self.payment_behavior is not None,
        )


@contextmanager
def unknown_names_as_wrong_fields() -> Iterator[None]:
    """Reports an unknown customer or plan as a wrong field of the body, and not as an unknown path.

    See docs/contract.md, "Subscriptions". Raises InvalidFieldsError.
    """
    try:
        yield
    except CustomerNotFoundError as error:
        problem = FieldProblem("customer_id", "is not the identifier of a customer.")
        raise InvalidFieldsError(problem) from error
    except PlanNotFoundError as error:
        problem = FieldProblem("plan_identifier", "is not the identifier of a plan.")
        raise InvalidFieldsError(problem) from error
