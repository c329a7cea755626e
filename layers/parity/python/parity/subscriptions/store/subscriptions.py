"""Subscriptions: items of their customer, with a pointer from their id, and places in three indexes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from parity.core.times import to_iso
from parity.customers.store.customers import ACTIVE_CONDITION, ACTIVE_VALUES, not_active_error
from parity.dynamodb import keys
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.listing import query_month
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.store.snapshots import put_snapshot
from parity.subscriptions.rules.errors import SubscriptionNotFoundError, TooManySubscriptionsError
from parity.subscriptions.rules.subscriptions import MAX_LIVE_SUBSCRIPTIONS
from parity.subscriptions.store.changes_to_come import replace_changes_to_come
from parity.subscriptions.store.items import LISTINGS, subscription_from_item, subscription_to_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.listing import MonthRows, RowRange
    from parity.dynamodb.table import Table
    from parity.entitlements.rules.sources import Snapshot
    from parity.subscriptions.rules.subscriptions import Subscription

COUNT_LIVE = "SET modifiedOn = :now ADD liveSubscriptions :change, version :one"


@dataclass(frozen=True, slots=True)
class SubscriptionPlace:
    """The key of a subscription that an index found."""

    customer_id: str
    subscription_id: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A live subscription to a version of a plan, or one with a change to come to that version."""

    place: SubscriptionPlace
    is_to_come: bool = False


class SubscriptionStore:
    """Keep one per process: it remembers which months of creation it has recorded."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._known_months: set[str] = set()

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
            {":pk": keys.customer(customer_id)["PK"], ":prefix": keys.SUBSCRIPTION},
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
        month = keys.month(subscription.created_on)
        if month not in self._known_months:
            transaction.put({**keys.subscription_month(month)})
        transaction.commit()
        self._known_months.add(month)

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

    def months(self) -> list[str]:
        """The months in which subscriptions were created, newest first; one consistent Query."""
        marked = self.table.query_all(
            "PK = :months", {":months": keys.subscription_months()}, ConsistentRead=True
        )
        return sorted(filter(None, (keys.month_of_key(item["SK"]) for item in marked)), reverse=True)

    def page_of_month(self, month: str, wanted: RowRange, *, live: bool) -> MonthRows[Subscription]:
        """Live or ended subscriptions created in a month; one Query, eventually consistent."""
        return query_month(self.table, LISTINGS[live](month), wanted, subscription_from_item)

    def due(
        self, shard: int, before: datetime, after: str | None, limit: int
    ) -> tuple[list[SubscriptionPlace], str | None]:
        """Subscriptions with a transition that is due, the longest overdue first; one Query.

        Also returns the position of the next page, None at the end.
        """
        result = self.table.query(
            "duePK = :shard AND dueSK BETWEEN :after AND :before",
            {
                ":shard": keys.due_partition(shard),
                ":after": after or keys.due_position(""),
                ":before": keys.due_position(to_iso(before), "~"),
            },
            IndexName=keys.DUE,
            Limit=limit,
        )
        found = [_place(item) for item in result.items if item["dueSK"] != after]
        return found, result.items[-1]["dueSK"] if result.last_key else None

    def subscribers(
        self, plan: str, version: int, after: str | None, limit: int
    ) -> tuple[list[Subscriber], str | None]:
        """Changes to come to a version of a plan, then live subscriptions to it.

        One Query, eventually consistent.

        Also returns the position of the next page, None at the end.
        """
        beyond = " AND subscribersSK > :after" if after else ""
        result = self.table.query(
            f"subscribersPK = :version{beyond}",
            {":version": keys.plan_subscribers(plan, version), ":after": after},
            IndexName=keys.SUBSCRIBERS,
            Limit=limit,
        )
        found = [_subscriber(item) for item in result.items]
        return found, result.items[-1]["subscribersSK"] if result.last_key else None

    def count_subscribers(self, plan: str, version: int) -> int:
        """The number of live subscriptions to a version of a plan, and of changes to come to it.

        A request per megabyte of keys.
        """
        return self.table.count(
            "subscribersPK = :version",
            {":version": keys.plan_subscribers(plan, version)},
            IndexName=keys.SUBSCRIBERS,
        )

    def count_changes_to_come(self, plan: str, version: int) -> int:
        return self.table.count(
            "subscribersPK = :version AND begins_with(subscribersSK, :changes)",
            {":version": keys.plan_subscribers(plan, version), ":changes": keys.change_position()},
            IndexName=keys.SUBSCRIBERS,
        )


def _pointer(subscription: Subscription) -> Item:
    return {**keys.subscription_pointer(subscription.id), "customerId": subscription.customer_id}


def _place(item: Item) -> SubscriptionPlace:
    return SubscriptionPlace(*keys.subscription_of(item))


def _subscriber(item: Item) -> Subscriber:
    if keys.is_change_to_come(item):
        return Subscriber(SubscriptionPlace(*keys.changed_subscription_of(item)), is_to_come=True)
    return Subscriber(_place(item))


def _count_new(transaction: Transaction, subscription: Subscription) -> None:
    """Adds 1 to the customer's live subscriptions, where a customer is active and has room for it.

    The condition is in the transaction, so creates at the same time do not pass the limit together.
    """
    transaction.update(
        keys.customer(subscription.customer_id),
        COUNT_LIVE,
        f"{ACTIVE_CONDITION} AND liveSubscriptions < :most",
        {**_count_values(subscription, 1), **ACTIVE_VALUES, ":most": MAX_LIVE_SUBSCRIPTIONS},
        partial(_refused_subscription_error, subscription.customer_id),
    )


def _count_ended(transaction: Transaction, subscription: Subscription) -> None:
    """Takes 1 from the customer's live subscriptions, which archiving looks at."""
    transaction.update(
        keys.customer(subscription.customer_id),
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
