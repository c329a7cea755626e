"""What people change of a subscription: each change is one rule, applied to the stored subscription.

A rule gets the subscription after every transition that is due, also where the scheduled function has not
written it yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.entitlements.rules.evaluation import FeatureCheck, evaluate
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.service.recompute import larger_snapshot_of_next_revision, next_larger_snapshot
from parity.subscriptions.rules.cancellations import apply_cancellation, cancel_at_period_end, drop_pending
from parity.subscriptions.rules.changes import change_terms, move_trial_end, schedule_terms_change
from parity.subscriptions.rules.payments import apply_payment, apply_report, await_payment_for_change
from parity.subscriptions.rules.plan_limits import require_room
from parity.subscriptions.rules.subscriptions import advance_subscription
from parity.subscriptions.service.subscriptions import get_plan_on_sale, make_terms
from parity.subscriptions.service.writes import change_subscription, find_subscription, no_record
from parity.subscriptions.store.subscriptions import SubscriptionPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from parity.catalog.rules.plans import PlanAtVersion, PlanVersion
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.store.holdings import Holdings
    from parity.subscriptions.rules.payment_reports import PaymentReport
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.service.subscriptions import Offer
    from parity.subscriptions.service.writes import Recorder, Rule, SubscriptionStores, SubscriptionTarget

    OwnRule = Callable[[Subscription], Subscription]
    """A rule to which nothing else matters that the customer has."""


class Effective(StrEnum):
    NOW = "NOW"
    PERIOD_END = "PERIOD_END"


class CancellationType(StrEnum):
    IMMEDIATE = "IMMEDIATE"
    CURRENT_PERIOD_ENDS = "CURRENT_PERIOD_ENDS"
    SPECIFIC_DATE = "SPECIFIC_DATE"


@dataclass(frozen=True, slots=True)
class Update:
    """What a caller wants the terms to be. `trial_end` moves the end of a running trial.

    With `keeps_quantities` the quantities bought of the same plan stay, in place of the offer's. With
    `awaits_payment` the present terms stay until a payment is reported.
    """

    offer: Offer
    effective: Effective = Effective.NOW
    trial_end: datetime | None = None
    keeps_quantities: bool = False
    awaits_payment: bool = False


@dataclass(frozen=True, slots=True)
class Cancellation:
    """`on` belongs to SPECIFIC_DATE; `reasons` are kept with the subscription."""

    kind: CancellationType
    on: datetime | None
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """The subscription after an update, and the customer's entitlements without and with the update.

    Both are of `effective_on`, the moment from which the update applies.
    """

    subscription: Subscription
    effective_on: datetime
    before: list[Entitlement]
    after: list[Entitlement]


def update_subscription(
    stores: SubscriptionStores,
    target: SubscriptionTarget,
    update: Update,
    now: datetime,
    record: Recorder = no_record,
) -> Subscription:
    """Changes the terms now, once paid for, or at the end of the period, and may move the end of a trial.

    Raises AlreadySubscribedError, EntitlementsTooLargeError, and what `get_plan_on_sale`, `make_terms` and
    the rule for the change raise.
    """
    on_sale = get_plan_on_sale(stores.plans, update.offer.plan)
    is_limited = on_sale.plan.max_per_customer is not None
    compute = larger_snapshot_of_next_revision if is_limited else next_larger_snapshot
    return change_subscription(stores, target, _update_rule(on_sale, update, now), record, compute)


def cancel_subscription(
    stores: SubscriptionStores,
    target: SubscriptionTarget,
    cancellation: Cancellation,
    now: datetime,
    record: Recorder = no_record,
) -> Subscription:
    """Cancels now, on a date, or at the end of the period."""
    rule = _after_transitions(_cancellation_rule(cancellation, now), now)
    return change_subscription(stores, target, rule, record)


def undo_pending(
    stores: SubscriptionStores, target: SubscriptionTarget, now: datetime, record: Recorder = no_record
) -> Subscription:
    """Takes back what is pending, the cancel first. Raises NothingToUndoError."""
    rule = _after_transitions(lambda subscription: drop_pending(subscription, now), now)
    return change_subscription(stores, target, rule, record)


def report_payment(
    stores: SubscriptionStores,
    target: SubscriptionTarget,
    report: PaymentReport,
    now: datetime,
    record: Recorder = no_record,
) -> Subscription:
    """Raises NoPaymentAwaitedError, InvalidFieldsError."""
    rule = _after_transitions(lambda subscription: apply_report(subscription, report, now), now)
    return change_subscription(stores, target, rule, record)


def preview_update(
    stores: SubscriptionStores, subscription_id: str, update: Update, now: datetime
) -> Preview:
    """The outcome of `update_subscription`, and of its payment if it awaits one.

    Writes nothing, and raises what the update raises.
    """
    on_sale = get_plan_on_sale(stores.plans, update.offer.plan)
    customer_id = stores.subscriptions.customer_of(subscription_id)
    holdings = stores.entitlements.holdings(customer_id)
    stored = find_subscription(
        stores.subscriptions, holdings, SubscriptionPlace(customer_id, subscription_id)
    )
    old = advance_subscription(stored, now)
    new = _update_rule(on_sale, update, now)(old, holdings.subscriptions)
    if update.awaits_payment and new.unpaid_change:
        new = apply_payment(new, now)
    effective_on = old.period_end if update.effective is Effective.PERIOD_END and old.period_end else now
    at = max(effective_on, old.started_on)
    return Preview(
        new, effective_on, _entitlements_with(holdings, old, at), _entitlements_with(holdings, new, at)
    )


def _after_transitions(rule: OwnRule, now: datetime) -> Rule:
    return lambda subscription, _: rule(advance_subscription(subscription, now))


def _update_rule(on_sale: PlanAtVersion, update: Update, now: datetime) -> Rule:
    def rule(stored: Subscription, all_of_customer: Sequence[Subscription]) -> Subscription:
        subscription = advance_subscription(stored, now)
        changed = _apply_update(subscription, on_sale.version, update, now)
        if changed is not subscription:
            require_room(on_sale.plan, subscription, all_of_customer, now)
        return changed

    return rule


def _apply_update(
    subscription: Subscription, version: PlanVersion, update: Update, now: datetime
) -> Subscription:
    terms = make_terms(version, _offer_with_kept_quantities(update, subscription, version))
    if update.effective is Effective.PERIOD_END:
        return schedule_terms_change(subscription, terms, now)
    if update.awaits_payment:
        return await_payment_for_change(subscription, terms, now)
    changed = change_terms(subscription, terms, now)
    if update.trial_end is None:
        return changed
    moved = move_trial_end(changed, update.trial_end, now)
    return moved if moved is subscription else replace(moved, version=subscription.version + 1)


def _offer_with_kept_quantities(update: Update, subscription: Subscription, version: PlanVersion) -> Offer:
    """The offer; with the quantities bought so far if the update keeps them and the plan stays the same.

    A quantity of a feature that the version lacks is dropped.
    """
    terms = subscription.terms
    if not update.keeps_quantities or update.offer.plan != terms.plan:
        return update.offer
    known = {entitlement.feature for entitlement in version.entitlements}
    kept = {feature: quantity for feature, quantity in terms.quantities.items() if feature in known}
    return replace(update.offer, quantities=kept)


def _cancellation_rule(cancellation: Cancellation, now: datetime) -> OwnRule:
    def rule(subscription: Subscription) -> Subscription:
        if cancellation.kind is CancellationType.CURRENT_PERIOD_ENDS:
            return cancel_at_period_end(subscription, now, cancellation.reasons)
        return apply_cancellation(subscription, cancellation.on, now, cancellation.reasons)

    return rule


def _entitlements_with(holdings: Holdings, subscription: Subscription, at: datetime) -> list[Entitlement]:
    """The customer's entitlements at the moment with this state of the subscription, before any usage."""
    changed = holdings.with_subscription(subscription)
    snapshot = snapshot_of(changed.subscriptions, changed.overrides, archived=False)
    questions = [FeatureCheck(feature=feature, at=at) for feature in snapshot.features]
    answers = [evaluate(snapshot, question) for question in questions]
    return [entitlement for entitlement in answers if entitlement.sources]
