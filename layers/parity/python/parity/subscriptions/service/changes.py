"""What people change of a subscription, each as one rule that is applied to what is stored.

A rule sees the subscription as time has left it: what the scheduled function has yet to write counts already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.entitlements.rules.evaluation import Question, evaluate
from parity.entitlements.rules.snapshots import snapshot_of
from parity.subscriptions.rules import changes as subscribing
from parity.subscriptions.rules.subscriptions import advanced
from parity.subscriptions.service.subscriptions import current_version, offered_terms
from parity.subscriptions.service.writes import Change, change_later, change_now, no_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.plans import PlanStore
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.store.holdings import Holdings
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.service.subscriptions import Offer
    from parity.subscriptions.service.writes import Recorder, Stores

    Rule = Callable[[Subscription], Subscription]


class Effective(StrEnum):
    NOW = "NOW"
    PERIOD_END = "PERIOD_END"


class CancellationType(StrEnum):
    IMMEDIATE = "IMMEDIATE"
    CURRENT_PERIOD_ENDS = "CURRENT_PERIOD_ENDS"
    SPECIFIC_DATE = "SPECIFIC_DATE"


class PaymentOutcome(StrEnum):
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Update:
    """`trial_end` moves the end of a running trial.

    With `keeps_quantities` what was bought of the same plan before stays, instead of the offer's quantities.
    """

    offer: Offer
    effective: Effective = Effective.NOW
    trial_end: datetime | None = None
    keeps_quantities: bool = False


@dataclass(frozen=True, slots=True)
class Cancellation:
    """`on` belongs to SPECIFIC_DATE; `reasons` are kept with the subscription."""

    kind: CancellationType
    on: datetime | None
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """The subscription to change, and the versions that the caller allows; None allows any."""

    subscription_id: str
    expected_versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The subscription as an update would leave it, and all the customer's entitlements at that moment."""

    subscription: Subscription
    effective_on: datetime
    before: list[Entitlement]
    after: list[Entitlement]


def update_subscription(
    stores: Stores, target: Target, update: Update, now: datetime, record: Recorder = no_record
) -> Subscription:
    """Raises what `current_version` and `offered_terms` raise, and conflicts with its state."""
    change = _change(target, _updated(stores.plans, update, now), now)
    if update.effective is Effective.PERIOD_END:
        return change_later(stores, target.subscription_id, change, record)
    return change_now(stores, target.subscription_id, change, record)


def cancel_subscription(
    stores: Stores, target: Target, cancellation: Cancellation, now: datetime, record: Recorder = no_record
) -> Subscription:
    """An immediate one takes access away before this returns."""
    change = _change(target, _canceled(cancellation, now), now)
    if cancellation.kind is CancellationType.IMMEDIATE:
        return change_now(stores, target.subscription_id, change, record)
    return change_later(stores, target.subscription_id, change, record)


def undo_pending(stores: Stores, target: Target, now: datetime, record: Recorder = no_record) -> Subscription:
    """Takes back a cancel or a change that is still to come. Raises NothingToUndoError."""
    change = _change(target, lambda subscription: subscribing.undone(subscription, now), now)
    return change_later(stores, target.subscription_id, change, record)


def report_payment(
    stores: Stores, target: Target, outcome: PaymentOutcome, now: datetime, record: Recorder = no_record
) -> Subscription:
    """Raises NoPaymentAwaitedError."""
    rule = subscribing.paid if outcome is PaymentOutcome.SUCCEEDED else subscribing.payment_failed
    change = _change(target, lambda subscription: rule(subscription, now), now)
    return change_now(stores, target.subscription_id, change, record)


def preview_update(stores: Stores, subscription_id: str, update: Update, now: datetime) -> Preview:
    """What `update_subscription` would do; writes nothing and raises the same."""
    holdings = stores.entitlements.holdings(stores.subscriptions.customer_of(subscription_id))
    old = advanced(holdings.subscription(subscription_id), now)
    new = _updated(stores.plans, update, now)(old)
    effective_on = old.period_end if update.effective is Effective.PERIOD_END and old.period_end else now
    at = max(effective_on, old.started_on)
    return Preview(new, effective_on, _entitlements(holdings, old, at), _entitlements(holdings, new, at))


def _change(target: Target, rule: Rule, now: datetime) -> Change:
    return Change(lambda subscription: rule(advanced(subscription, now)), target.expected_versions)


def _updated(plans: PlanStore, update: Update, now: datetime) -> Rule:
    def rule(subscription: Subscription) -> Subscription:
        version = current_version(plans, update.offer.plan)
        terms = offered_terms(version, _offer(update, subscription, version))
        if update.effective is Effective.PERIOD_END:
            return subscribing.changed_at_period_end(subscription, terms, now)
        changed = subscribing.changed_now(subscription, terms, now)
        if update.trial_end is None:
            return changed
        moved = subscribing.trial_moved(changed, update.trial_end, now)
        return replace(moved, version=subscription.version + 1)

    return rule


def _offer(update: Update, subscription: Subscription, version: PlanVersion) -> Offer:
    terms = subscription.terms
    if not update.keeps_quantities or update.offer.plan != terms.plan:
        return update.offer
    there = {given.feature for given in version.entitlements}
    kept = {feature: quantity for feature, quantity in terms.quantities.items() if feature in there}
    return replace(update.offer, quantities=kept)


def _canceled(cancellation: Cancellation, now: datetime) -> Rule:
    def rule(subscription: Subscription) -> Subscription:
        on = cancellation.on
        if cancellation.kind is CancellationType.CURRENT_PERIOD_ENDS:
            on = subscribing.end_of_period(subscription)
        return subscribing.canceled(subscription, on, now, cancellation.reasons)

    return rule


def _entitlements(holdings: Holdings, subscription: Subscription, at: datetime) -> list[Entitlement]:
    """What the customer has at the moment if the subscription is like this; usage makes no difference."""
    snapshot = snapshot_of(holdings.with_subscription(subscription), holdings.adjustments, archived=False)
    questions = [Question(feature=feature, at=at, counters={}) for feature in snapshot.features]
    answers = [evaluate(snapshot, question) for question in questions]
    return [entitlement for entitlement in answers if entitlement.sources]
