"""Creating a subscription to a plan's published version, and reading one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.catalog.rules.errors import PlanIsArchivedError, PlanNotPublishedError
from parity.catalog.rules.plans import PlanAtVersion
from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError
from parity.dynamodb.optimistic import retry
from parity.entitlements.service.recompute import larger_snapshot_of_next_revision
from parity.subscriptions.rules.changes import Start, start_subscription, trial_end_of
from parity.subscriptions.rules.plan_limits import has_had_trial, require_room
from parity.subscriptions.rules.subscriptions import Subscription, Terms, terms_of
from parity.subscriptions.service.writes import SubscriptionStores, no_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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

    `trial_end` None is what the price says, for the customer's first trial of the plan. A trial end that is
    not after the start means no trial.
    """

    customer_id: str
    offer: Offer
    start: datetime | None = None
    trial_end: datetime | None = None
    awaits_payment: bool = False


def get_plan_on_sale(plans: PlanStore, identifier: str) -> PlanAtVersion:
    """The plan with its published version.

    Raises PlanNotFoundError, PlanIsArchivedError, PlanNotPublishedError.
    """
    plan = plans.get(identifier)
    if plan.archived_on:
        raise PlanIsArchivedError(identifier)
    if plan.published is None:
        raise PlanNotPublishedError(identifier)
    return PlanAtVersion(plan, plans.get_version(identifier, plan.published))


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

    Of two creates at the same time the second one reads what the first one wrote, because both write the next
    revision of the snapshot.

    Raises CustomerNotFoundError, CustomerIsArchivedError, TooManySubscriptionsError, AlreadySubscribedError,
    EntitlementsTooLargeError, BusyError, and what making the terms raises.
    """
    on_sale = get_plan_on_sale(stores.plans, draft.offer.plan)
    terms, subscription_id = make_terms(on_sale.version, draft.offer), str(uuid4())

    def attempt() -> Subscription:
        holdings = stores.entitlements.holdings(draft.customer_id)
        start = Start(
            id=subscription_id,
            customer_id=draft.customer_id,
            date=draft.start or now,
            trial_end=_find_trial_end(draft, terms, holdings.subscriptions, now),
            awaits_payment=draft.awaits_payment,
        )
        subscription = start_subscription(terms, start, now)
        require_room(on_sale.plan, subscription, holdings.subscriptions, now)
        snapshot = larger_snapshot_of_next_revision(holdings.with_subscription(subscription), now)
        stores.subscriptions.create(subscription, record(subscription), snapshot)
        return subscription

    return retry(attempt, exhausted=BusyError)


def _find_trial_end(
    draft: SubscriptionDraft, terms: Terms, all_of_customer: Iterable[Subscription], now: datetime
) -> datetime | None:
    """The end that is asked for, else that of the price's trial; None without a trial.

    The price's trial is given once per customer and plan.
    """
    date = draft.start or now
    if draft.trial_end:
        return draft.trial_end if draft.trial_end > date else None
    trial_end = trial_end_of(terms, date)
    return None if trial_end and has_had_trial(terms.plan, all_of_customer, now) else trial_end


def get_subscription(store: SubscriptionStore, subscription_id: str) -> Subscription:
    """Raises SubscriptionNotFoundError."""
    return store.get(store.customer_of(subscription_id), subscription_id)
