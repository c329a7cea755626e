"""Changes to come in the index of subscribers, so that a migration of their plan finds them.

A subscription's own item has one place there, as a subscriber to its present terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.subscriptions.store import keys

if TYPE_CHECKING:
    from parity.dynamodb.items import Item
    from parity.dynamodb.transactions import Transaction
    from parity.subscriptions.rules.subscriptions import Subscription


def replace_changes_to_come(transaction: Transaction, old: Subscription, new: Subscription) -> None:
    """Adds what differs: an item for each pending or unpaid change of a subscription."""
    before, after = _change_items(old), _change_items(new)
    kept = [item["SK"] for item in after]
    for item in before:
        if item["SK"] not in kept:
            transaction.delete({"PK": item["PK"], "SK": item["SK"]})
    for item in after:
        if item not in before:
            transaction.put(item)


def _change_items(subscription: Subscription) -> list[Item]:
    unpaid = subscription.unpaid_change
    kinds = {keys.PENDING: subscription.change, keys.UNPAID: unpaid.terms if unpaid else None}
    return [
        {
            **keys.change_to_come(subscription.customer_id, subscription.id, kind),
            "subscribersPK": keys.plan_subscribers(terms.plan, terms.plan_version),
            "subscribersSK": keys.change_position(subscription.id, kind),
        }
        for kind, terms in kinds.items()
        if terms
    ]
