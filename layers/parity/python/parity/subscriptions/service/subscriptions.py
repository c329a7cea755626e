"""Starting, changing, canceling and advancing subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.errors import (
    FieldProblem,
    InvalidFieldsError,
    PlanIsArchivedError,
    PlanNotPublishedError,
    StaleVersionError,
    VersionConflictError,
)
from parity.dynamodb.transactions import VersionChangedError
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.store.snapshots import SnapshotChangedError
from parity.subscriptions.rules import changes as subscribing
from parity.subscriptions.rules.subscriptions import Subscription, Terms, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.plans import PlanStore
    from parity.core.idempotency import AnswerRecord
    from parity.core.periods import ChargePeriod
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.store.subscriptions import SubscriptionStore

    Recorder = Callable[[Subscription], AnswerRecord | None]

MAX_ATTEMPTS = 8


def no_record(_: Subscription) -> None:
    return None


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


@dataclass(frozen=True, slots=True)
class Change:
    """A rule, such as `subscribing.canceled`, and the versions that it may be applied to; None is any."""

    rule: Callable[[Subscription], Subscription]
    expected_versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Stores:
    """What changing a subscription takes."""

    subscriptions: SubscriptionStore
    entitlements: EntitlementStore
    plans: PlanStore


def current_version(plans: PlanStore, identifier: str) -> PlanVersion:
    """The plan's published version. Raises for a plan that is not there, published and open."""
    plan = plans.get(identifier)
    if plan.archived_on:
        raise PlanIsArchivedError(identifier)
    if plan.published is None:
        raise PlanNotPublishedError(identifier)
    return plans.version(identifier, plan.published)


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


def change_now(
    stores: Stores, subscription_id: str, change: Change, record: Recorder = no_record
) -> Subscription:
    """A change that may take access away: the snapshot changes in the same transaction."""

    def write(holdings: Holdings, old: Subscription, new: Subscription) -> None:
        stores.subscriptions.replace(
            old, new, record=record(new), history=history_of(old, new), snapshot=_snapshot(holdings, new)
        )

    return _change(stores, subscription_id, change, write)


def change_later(
    stores: Stores, subscription_id: str, change: Change, record: Recorder = no_record
) -> Subscription:
    """A change that takes nothing away at once: the stream brings the snapshot in line."""

    def write(_: Holdings, old: Subscription, new: Subscription) -> None:
        stores.subscriptions.replace(old, new, record=record(new), history=history_of(old, new))

    return _change(stores, subscription_id, change, write)


def _change(
    stores: Stores,
    subscription_id: str,
    change: Change,
    write: Callable[[Holdings, Subscription, Subscription], None],
) -> Subscription:
    """Reads, applies and writes; again from the start when somebody else wrote in between."""
    customer_id = stores.subscriptions.customer_of(subscription_id)
    for _ in range(MAX_ATTEMPTS):
        holdings = stores.entitlements.holdings(customer_id)
        old = holdings.subscription(subscription_id)
        if change.expected_versions is not None and old.version not in change.expected_versions:
            raise StaleVersionError(old.version)
        new = change.rule(old)
        if new is old:
            return old
        try:
            write(holdings, old, new)
        except (VersionChangedError, SnapshotChangedError):
            continue
        return new
    raise VersionConflictError


def history_of(old: Subscription, new: Subscription) -> Subscription | None:
    """The record of terms that a change replaced; None if it replaced none."""
    if new.terms == old.terms:
        return None
    return subscribing.superseded(old, id=str(uuid4()), now=new.modified_on)


def _snapshot(holdings: Holdings, changed: Subscription) -> Snapshot:
    archived = holdings.customer is not None and holdings.customer.is_archived
    fresh = snapshot_of(holdings.with_subscription(changed), holdings.adjustments, archived=archived)
    return replace(fresh, revision=(holdings.snapshot.revision if holdings.snapshot else 0) + 1)


def get_subscription(store: SubscriptionStore, subscription_id: str) -> Subscription:
    return store.get(store.customer_of(subscription_id), subscription_id)
