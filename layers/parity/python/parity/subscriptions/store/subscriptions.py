"""Subscriptions: items of their customer, with a pointer from their id, and places in three indexes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from parity.core.times import to_iso
from parity.customers.store import keys as customer_keys
from parity.customers.store.customers import ACTIVE_CONDITION, ACTIVE_VALUES, not_active_error
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.month_marks import list_months
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.partitioned_lists import PartitionedLists
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.store import keys as entitlement_keys
from parity.entitlements.store.snapshots import put_snapshot
from parity.subscriptions.rules.errors import SubscriptionNotFoundError, TooManySubscriptionsError
from parity.subscriptions.rules.subscriptions import MAX_LIVE_SUBSCRIPTIONS
from parity.subscriptions.store import keys
from parity.subscriptions.store.changes_to_come import replace_changes_to_come
from parity.subscriptions.store.items import LISTS, subscription_from_item, subscription_to_item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb import keys as shared_keys
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.entitlements.rules.sources import Snapshot
    from parity.subscriptions.rules.subscriptions import Subscription

COUNT_LIVE = "SET modifiedOn = :now ADD liveSubscriptions :change, version :one"


@dataclass(frozen=True, slots=True)
class SubscriptionPlace:
    """The key of a subscription that an index found."""

    customer_id: str
    subscription_id: str


class SubscriptionStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def customer_of(self, subscription_id: str) -> str:
        """The customer of a subscription. Raises SubscriptionNotFoundError.

        Reads eventually consistent first, as pointers never change.
        """
        key = keys.subscription_pointer(subscription_id)
        item = self.table.get(key, consistent=False) or self.table.get(key)
        if item is None:
            raise SubscriptionNotFoundError(subscription_id)
        return str(item["customerId"])

    def get(self, customer_id: str, subscription_id: str) -> Subscription:
        """Strongly consistent; a second request finds a record of replaced terms.

        Raises SubscriptionNotFoundError.
        """
        item = self.table.get(keys.subscription(customer_id, subscription_id)) or self.table.get(
            keys.superseded_terms(customer_id, subscription_id)
        )
        if item is None:
            raise SubscriptionNotFoundError(subscription_id)
        return subscription_from_item(item)

    def of_customer(self, customer_id: str) -> list[Subscription]:
        """All of one customer, ended ones included; strongly consistent.

        Some records of replaced terms were written beside them before these had a partition of their own.
        """
        items = self.table.query_all(
            "PK = :pk AND begins_with(SK, :prefix)",
            {":pk": customer_keys.customer(customer_id)["PK"], ":prefix": entitlement_keys.SUBSCRIPTION},
            ConsistentRead=True,
        )
        return [subscription_from_item(item) for item in items]

    def superseded_of_customer(self, customer_id: str) -> list[Subscription]:
        """The records of replaced terms of one customer; strongly consistent."""
        items = self.table.query_all(
            "PK = :pk", {":pk": keys.superseded_terms_of(customer_id)}, ConsistentRead=True
        )
        return [subscription_from_item(item) for item in items]

    def create(
        self,
        subscription: Subscription,
        record: AnswerRecord | None = None,
        snapshot: Snapshot | None = None,
    ) -> None:
        """Writes a new subscription and counts it as live for its customer, in one transaction.

        `snapshot` is the customer's new snapshot; without one, the stored one stays. Raises
        CustomerNotFoundError, CustomerIsArchivedError, TooManySubscriptionsError, SnapshotChangedError, or
        what `keep_answer` raises.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(subscription_to_item(subscription), "attribute_not_exists(PK)")
        transaction.put(_pointer(subscription))
        _count_new(transaction, subscription)
        if snapshot:
            put_snapshot(transaction, subscription.customer_id, snapshot)
        transaction.commit()

    def replace(
        self,
        old: Subscription,
        new: Subscription,
        *,
        record: AnswerRecord | None = None,
        history: Subscription | None = None,
        snapshot: Snapshot | None = None,
    ) -> None:
        """Writes a changed subscription. Raises VersionChangedError if the stored one is no longer `old`.

        `history` is the record of superseded terms. `snapshot` is the customer's new snapshot, written in the
        same transaction; raises SnapshotChangedError if another snapshot was written in the meantime.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(
            subscription_to_item(new),
            "version = :version",
            {":version": old.version},
            refused=lambda _: VersionChangedError(),
        )
        if history:
            transaction.put(subscription_to_item(history))
            transaction.put(_pointer(history))
        replace_changes_to_come(transaction, old, new)
        if snapshot:
            put_snapshot(transaction, new.customer_id, snapshot)
        if old.is_live and not new.is_live:
            _count_ended(transaction, new)
        transaction.commit()

    def earlier_months(self) -> list[str]:
        """The months for which an earlier release listed subscriptions by month, newest first; one Query."""
        return list_months(self.table, keys.subscription_months())

    def lists(self, are_live: Iterable[bool]) -> PartitionedLists[Subscription]:
        """The list of live subscriptions, of ended ones, or both."""
        return PartitionedLists(self.table, [LISTS[live] for live in are_live], subscription_from_item)


def _pointer(subscription: Subscription) -> Item:
    return {**keys.subscription_pointer(subscription.id), "customerId": subscription.customer_id}


def place_of(key: shared_keys.Key) -> SubscriptionPlace:
    return SubscriptionPlace(*keys.subscription_of(key))


def _count_new(transaction: Transaction, subscription: Subscription) -> None:
    """Adds 1 to the customer's live subscriptions, where a customer is active and has room for it.

    The condition is in the transaction, so creates at the same time do not pass the limit together.
    """
    transaction.update(
        customer_keys.customer(subscription.customer_id),
        COUNT_LIVE,
        f"{ACTIVE_CONDITION} AND liveSubscriptions < :most",
        {**_count_values(subscription, 1), **ACTIVE_VALUES, ":most": MAX_LIVE_SUBSCRIPTIONS},
        partial(_refused_subscription_error, subscription.customer_id),
    )


def _count_ended(transaction: Transaction, subscription: Subscription) -> None:
    """Takes 1 from the customer's live subscriptions, which archiving looks at."""
    transaction.update(
        customer_keys.customer(subscription.customer_id),
        COUNT_LIVE,
        "attribute_exists(PK)",
        _count_values(subscription, -1),
        partial(not_active_error, subscription.customer_id),
    )


def _count_values(subscription: Subscription, change: int) -> dict[str, str | int]:
    return {":now": to_iso(subscription.modified_on), ":change": change, ":one": 1}


def _refused_subscription_error(customer_id: str, item: Item | None) -> Exception:
    """Why the customer, as it was found, gets no new subscription."""
    if item and item["liveSubscriptions"] >= MAX_LIVE_SUBSCRIPTIONS:
        return TooManySubscriptionsError(customer_id, MAX_LIVE_SUBSCRIPTIONS)
    return not_active_error(customer_id, item)


@cache
def subscription_store() -> SubscriptionStore:
    return SubscriptionStore(table())
