"""Creating a subscription to a plan's published version, and reading one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.catalog.rules.errors import PlanIsArchivedError, PlanNotPublishedError
from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError
from parity.dynamodb.optimistic import retry
from parity.entitlements.service.recompute import next_larger_snapshot
from parity.subscriptions.rules.changes import Start, start_subscription, trial_end_of
from parity.subscriptions.rules.subscriptions import Subscription, Terms, terms_of
from parity.subscriptions.service.writes import SubscriptionStores, no_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.plans import PlanStore
    from parity.core.periods import ChargePeriod
    from parity.subscriptions.service.writes import Recorder
    from parity.subscriptions.store.subscriptions import SubscriptionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Which plan, for which charge period, and how much of which features (by identifier)."""

    plan: str
    charge_period: ChargePeriod
    quantities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDraft:
    """What a caller asks for. `start` None is now.

    `trial_end` None is what the price says; a trial end that is not after the start means no trial.
    """

    customer_id: str
    offer: Offer
    start: datetime | None = None
    trial_end: datetime | None = None
    awaits_payment: bool = False


def get_published_version(plans: PlanStore, identifier: str) -> PlanVersion:
    """The plan's published version.

    Raises PlanNotFoundError, PlanIsArchivedError, PlanNotPublishedError.
    """
    plan = plans.get(identifier)
    if plan.archived_on:
        raise PlanIsArchivedError(identifier)
    if plan.published is None:
        raise PlanNotPublishedError(identifier)
    return plans.get_version(identifier, plan.published)


def make_terms(version: PlanVersion, offer: Offer) -> Terms:
    """The terms of an offer. Raises InvalidFieldsError where the version lacks such a price or feature."""
    price = version.price(offer.charge_period)
    if price is None:
        offered = ", ".join(price.charge_period for price in version.prices)
        raise InvalidFieldsError(
            FieldProblem("charge_period", f"must be one that the plan has a price for: {offered}.")
        )
    known = {entitlement.feature for entitlement in version.entitlements}
    if unknown := sorted(set(offer.quantities) - known):
        raise InvalidFieldsError(
            FieldProblem("features", f"names {unknown[0]!r}, which the plan does not have.")
        )
    return terms_of(version, price, offer.quantities)


def create_subscription(
    stores: SubscriptionStores, draft: SubscriptionDraft, now: datetime, record: Recorder = no_record
) -> Subscription:
    """Writes a new subscription, and the customer's next snapshot with it.

    Raises CustomerNotFoundError, CustomerIsArchivedError, TooManySubscriptionsError,
    EntitlementsTooLargeError, BusyError, and what making the terms raises.
    """
    terms = make_terms(get_published_version(stores.plans, draft.offer.plan), draft.offer)
    date = draft.start or now
    trial_end = draft.trial_end or trial_end_of(terms, date)
    start = Start(
        id=str(uuid4()),
        customer_id=draft.customer_id,
        date=date,
        trial_end=trial_end if trial_end and trial_end > date else None,
        awaits_payment=draft.awaits_payment,
    )
    subscription = start_subscription(terms, start, now)
    answer = record(subscription)

    def attempt() -> None:
        holdings = stores.entitlements.holdings(draft.customer_id).with_subscription(subscription)
        stores.subscriptions.create(subscription, answer, next_larger_snapshot(holdings, now))

    retry(attempt, exhausted=BusyError)
    return subscription


def get_subscription(store: SubscriptionStore, subscription_id: str) -> Subscription:
    """Raises SubscriptionNotFoundError."""
    return store.get(store.customer_of(subscription_id), subscription_id)
