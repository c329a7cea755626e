"""The parts of a subscription in answers (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import ChargePeriod, Reset, ResetTime
from parity.http.models import ResponseModel, Timestamp

if TYPE_CHECKING:
    from typing import Self

    from parity.catalog.rules.plans import PlanEntitlement
    from parity.subscriptions.rules.subscriptions import Subscription, Terms, UnpaidChange


class SubscribedFeature(ResponseModel):
    """`value` is the quantity that was bought, else the plan's own; 1 or 0 for a BOOLEAN feature."""

    identifier: str
    feature_type: FeatureType
    value: int | None
    has_unlimited_usage: bool
    reset: Reset
    reset_time: ResetTime
    hard_limit: bool

    @classmethod
    def of(cls, entitlement: PlanEntitlement, terms: Terms) -> Self:
        return cls(
            identifier=entitlement.feature,
            feature_type=entitlement.feature_type,
            value=terms.value_of(entitlement),
            has_unlimited_usage=entitlement.unlimited,
            reset=entitlement.reset,
            reset_time=entitlement.reset_time,
            hard_limit=entitlement.hard_limit,
        )


class PlanReference(ResponseModel):
    identifier: str
    name: str


class ProductReference(PlanReference):
    """The product is the plan: there is nothing else that a plan belongs to."""

    id: str


class PendingChange(ResponseModel):
    """The terms from the end of the period on; null where the subscription ends by then."""

    plan_identifier: str
    plan_version: int
    charge_period: ChargePeriod
    effective_on: Timestamp | None

    @classmethod
    def of(cls, subscription: Subscription) -> Self | None:
        change = subscription.change
        if change is None or not subscription.has_next_period:
            return None
        return cls(
            plan_identifier=change.plan,
            plan_version=change.plan_version,
            charge_period=change.charge_period,
            effective_on=subscription.period_end,
        )


class AwaitedChange(ResponseModel):
    """The terms that apply once their payment is reported; dropped if that is not before `expiresOn`."""

    plan_identifier: str
    plan_version: int
    charge_period: ChargePeriod
    expires_on: Timestamp

    @classmethod
    def of(cls, change: UnpaidChange) -> Self:
        return cls(
            plan_identifier=change.terms.plan,
            plan_version=change.terms.plan_version,
            charge_period=change.terms.charge_period,
            expires_on=change.expires_on,
        )
