"""The transitions of all subscriptions that are due."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.due_work import Task
from parity.dynamodb.optimistic import VersionChangedError
from parity.subscriptions.rules.subscriptions import advance_subscription
from parity.subscriptions.service.writes import history_of
from parity.subscriptions.store.subscriptions import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from parity.dynamodb.due_index import DueEntry
    from parity.dynamodb.due_work import Group
    from parity.subscriptions.store.subscriptions import SubscriptionPlace, SubscriptionStore


def plan_advances(store: SubscriptionStore, entries: Sequence[DueEntry], now: datetime) -> Iterator[Group]:
    """Each subscription by itself. Advancing may be late or repeated, and covers any number of periods."""
    for entry in entries:
        place = place_of(entry.key)
        ids = {"customerId": place.customer_id, "subscriptionId": place.subscription_id}
        yield [Task(entry, ids, partial(_advance, store, place, now))]


def _advance(store: SubscriptionStore, place: SubscriptionPlace, now: datetime) -> dict[str, int]:
    return {"advanced": int(advance_stored(store, place, now))}


def advance_stored(store: SubscriptionStore, place: SubscriptionPlace, now: datetime) -> bool:
    """Applies all transitions that are due, and writes the result.

    False if none was due, or if somebody else wrote the subscription in the meantime.
    """
    old = store.get(place.customer_id, place.subscription_id)
    new = advance_subscription(old, now)
    if new is old:
        return False
    try:
        store.replace(old, new, history=history_of(old, new))
    except VersionChangedError:
        return False
    return True
