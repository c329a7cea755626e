"""Writing a changed subscription, with the snapshot where access is taken away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.versions import check_expected
from parity.dynamodb.optimistic import VersionChangedError, retried
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.store.snapshots import SnapshotChangedError
from parity.subscriptions.rules import changes as subscribing

if TYPE_CHECKING:
    from collections.abc import Callable

    from parity.catalog.store.plans import PlanStore
    from parity.core.idempotency import AnswerRecord
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore

    Recorder = Callable[[Subscription], AnswerRecord | None]


def no_record(_: Subscription) -> None:
    return None


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

    def attempt() -> Subscription:
        holdings = stores.entitlements.holdings(customer_id)
        old = holdings.subscription(subscription_id)
        check_expected(old.version, change.expected_versions)
        new = change.rule(old)
        if new is not old:
            write(holdings, old, new)
        return new

    return retried(attempt, after=(VersionChangedError, SnapshotChangedError))


def history_of(old: Subscription, new: Subscription) -> Subscription | None:
    """The record of terms that a change replaced; None if it replaced none."""
    if new.terms == old.terms:
        return None
    return subscribing.superseded(old, id=str(uuid4()), now=new.modified_on)


def _snapshot(holdings: Holdings, changed: Subscription) -> Snapshot:
    archived = holdings.customer is not None and holdings.customer.is_archived
    fresh = snapshot_of(holdings.with_subscription(changed), holdings.adjustments, archived=archived)
    return replace(fresh, revision=(holdings.snapshot.revision if holdings.snapshot else 0) + 1)
