"""Writing a changed subscription.

The snapshot is written in the same transaction if the change takes access away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.versions import check_version
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.store.snapshots import SnapshotChangedError
from parity.subscriptions.rules.changes import record_superseded_terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from parity.catalog.store.plans import PlanStore
    from parity.core.idempotency import AnswerRecord
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore

    Rule = Callable[[Subscription], Subscription]
    """Returns the changed subscription, or the same object where it changes nothing."""

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
    *,
    with_snapshot: bool,
) -> Subscription:
    """Reads the subscription, applies the rule, writes the result and returns it.

    It starts again if somebody else wrote the subscription or the snapshot in between. If the rule
    returns the same object, nothing is written.

    With `with_snapshot`, the customer's entitlements change in the same transaction. A change that takes
    access away needs that. Without it, the stream function recomputes the snapshot afterwards. Raises
    SubscriptionNotFoundError, StaleVersionError, VersionConflictError, and what the rule raises.
    """
    customer_id = stores.subscriptions.customer_of(target.subscription_id)

    def attempt() -> Subscription:
        holdings = stores.entitlements.holdings(customer_id)
        old = find_subscription(stores, holdings, customer_id, target.subscription_id)
        check_version(old.version, target.expected_versions)
        new = rule(old)
        if new is not old:
            stores.subscriptions.replace(
                old,
                new,
                record=record(new),
                history=history_of(old, new),
                snapshot=_next_snapshot(holdings, new) if with_snapshot else None,
            )
        return new

    return retry(attempt, after=(VersionChangedError, SnapshotChangedError))


def find_subscription(
    stores: SubscriptionStores, holdings: Holdings, customer_id: str, subscription_id: str
) -> Subscription:
    """The subscription; a record of replaced terms is read, as holdings have none.

    Raises SubscriptionNotFoundError.
    """
    held = holdings.find_subscription(subscription_id)
    return held or stores.subscriptions.get(customer_id, subscription_id)


def history_of(old: Subscription, new: Subscription) -> Subscription | None:
    """The record of the terms that a change replaced; None if it replaced none."""
    if new.terms == old.terms:
        return None
    return record_superseded_terms(old, id=str(uuid4()), now=new.modified_on)


def _next_snapshot(holdings: Holdings, changed: Subscription) -> Snapshot:
    """The customer's snapshot with the changed subscription, of the next revision."""
    archived = holdings.customer is not None and holdings.customer.is_archived
    fresh = snapshot_of(holdings.with_subscription(changed), holdings.overrides, archived=archived)
    return replace(fresh, revision=(holdings.snapshot.revision if holdings.snapshot else 0) + 1)
