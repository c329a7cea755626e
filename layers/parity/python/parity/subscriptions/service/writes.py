"""Writing a changed subscription, with the customer's next snapshot in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.versions import check_version
from parity.dynamodb.optimistic import retry
from parity.entitlements.service.recompute import next_snapshot
from parity.subscriptions.rules.changes import record_superseded_terms
from parity.subscriptions.store.subscriptions import SubscriptionPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from parity.catalog.store.plans import PlanStore
    from parity.core.idempotency import AnswerRecord
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore

    Rule = Callable[[Subscription, Sequence[Subscription]], Subscription]
    """Returns the changed subscription, or the same object where it changes nothing.

    It gets the stored subscription, and all that its customer has, with those that ended.
    """

    SnapshotRule = Callable[[Holdings, datetime], Snapshot | None]
    """Computes the customer's next snapshot from a moment on."""

    Recorder = Callable[[Subscription], AnswerRecord | None]
    """Renders the answer that is kept under the request's Idempotency-Key, if it has one."""


def no_record(_: Subscription) -> None:
    return None


@dataclass(frozen=True, slots=True)
class SubscriptionTarget:
    """The subscription to change, and the versions that the caller allows; None allows any."""

    subscription_id: str
    expected_versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionStores:
    """The stores that changing a subscription needs."""

    subscriptions: SubscriptionStore
    entitlements: EntitlementStore
    plans: PlanStore


def change_subscription(
    stores: SubscriptionStores,
    target: SubscriptionTarget,
    rule: Rule,
    record: Recorder = no_record,
    compute: SnapshotRule = next_snapshot,
) -> Subscription:
    """Reads the subscription, applies the rule, writes the result and returns it.

    It starts again if somebody else wrote the subscription or the snapshot in between. If the rule
    returns the same object, nothing is written. Raises SubscriptionNotFoundError, StaleVersionError,
    VersionConflictError, and what the rule and `compute` raise.
    """
    customer_id = stores.subscriptions.customer_of(target.subscription_id)
    place = SubscriptionPlace(customer_id, target.subscription_id)

    def attempt() -> Subscription:
        holdings = stores.entitlements.holdings(customer_id)
        old = find_subscription(stores.subscriptions, holdings, place)
        check_version(old.version, target.expected_versions)
        new = rule(old, holdings.subscriptions)
        if new is not old:
            stores.subscriptions.replace(
                old,
                new,
                record=record(new),
                history=history_of(old, new),
                snapshot=compute(holdings.with_subscription(new), new.modified_on),
            )
        return new

    return retry(attempt)


def find_subscription(store: SubscriptionStore, holdings: Holdings, place: SubscriptionPlace) -> Subscription:
    """The subscription; a record of replaced terms is read, as holdings have none.

    Raises SubscriptionNotFoundError.
    """
    held = holdings.find_subscription(place.subscription_id)
    return held or store.get(place.customer_id, place.subscription_id)


def history_of(old: Subscription, new: Subscription) -> Subscription | None:
    """The record of the terms that a change replaced; None if it replaced none."""
    if new.terms == old.terms:
        return None
    return record_superseded_terms(old, id=str(uuid4()), now=new.modified_on)
