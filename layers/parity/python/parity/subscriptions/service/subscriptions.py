"""Starting, changing, canceling and advancing subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.catalog.rules.errors import PlanIsArchivedError, PlanNotPublishedError
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.subscriptions.rules import changes as subscribing
from parity.subscriptions.rules.subscriptions import Subscription, Terms, terms_of
from parity.subscriptions.service.writes import Stores, no_record

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
    """`start` None is now; `trial_end` None is what the price says, the start or before is no trial."""

    customer_id: str
    offer: Offer
    start: datetime | None = None
    trial_end: datetime | None = None
    awaits_payment: bool = False


def current_version(plans: PlanStore, identifier: str) -> PlanVersion:
    """The plan's published version. Raises for a plan that is not there, published and open."""
    plan = plans.get(identifier)
    if plan.archived_on:
        raise PlanIsArchivedError(identifier)
    if plan.published is None:
        raise PlanNotPublishedError(identifier)
    return plans.get_version(identifier, plan.published)


def offered_terms(version: PlanVersion, offer: Offer) -> Terms:
    """Raises InvalidFieldsError where the version has no such price or feature."""
    price = version.price(offer.charge_period)
    if price is None:
        offered = ", ".join(price.charge_period for price in version.prices)
        raise InvalidFieldsError(
            FieldProblem("charge_period", f"must be one that the plan has a price for: {offered}.")
        )
    known = {given.feature for given in version.entitlements}
    if unknown := sorted(set(offer.quantities) - known):
        raise InvalidFieldsError(
            FieldProblem("features", f"names {unknown[0]!r}, which the plan does not have.")
        )
    return terms_of(version, price, offer.quantities)


def create_subscription(
    stores: Stores, draft: SubscriptionDraft, now: datetime, record: Recorder = no_record
) -> Subscription:
    """Raises what `current_version` and `offered_terms` raise.

    And CustomerNotFoundError, CustomerIsArchivedError.
    """
    terms = offered_terms(current_version(stores.plans, draft.offer.plan), draft.offer)
    start = draft.start or now
    trial_end = draft.trial_end or subscribing.trial_end_of(terms, start)
    subscription = subscribing.started(
        terms,
        id=str(uuid4()),
        customer_id=draft.customer_id,
        start=start,
        trial_end=trial_end if trial_end and trial_end > start else None,
        awaits_payment=draft.awaits_payment,
        now=now,
    )
    stores.subscriptions.create(subscription, record(subscription))
    return subscription


def get_subscription(store: SubscriptionStore, subscription_id: str) -> Subscription:
    return store.get(store.customer_of(subscription_id), subscription_id)
