"""Releasing reservations that have expired."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.due_work import Task
from parity.entitlements.store import keys
from parity.usage.rules.errors import ReservationNotFoundError
from parity.usage.store.reservations import reservation_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from parity.dynamodb.due_index import DueEntry
    from parity.dynamodb.due_work import Group
    from parity.dynamodb.items import Item
    from parity.metering.rules.usage_key import UsageKey
    from parity.usage.store.reservations import ReservationStore


def release_expired_of(store: ReservationStore, key: UsageKey, now: datetime) -> int:
    """Releases the expired reservations of one customer and feature. Returns how many there were."""
    stored = store.list_of_customer(key.customer_id, key.feature)
    expired = [reservation for reservation in stored if not reservation.is_pending(now)]
    for reservation in expired:
        with suppress(ReservationNotFoundError):
            store.release(reservation)
    return len(expired)


def plan_releases(store: ReservationStore, entries: Sequence[DueEntry], _: datetime) -> Iterator[Group]:
    """Each expired reservation by itself. Those that are gone by now are left out."""
    stored = store.find_items([entry.key for entry in entries])
    for entry in entries:
        customer_id, feature, number = keys.reservation_of(entry.key)
        if item := stored.get((customer_id, number)):
            ids = {"customerId": customer_id, "featureId": feature}
            yield [Task(entry, ids, partial(_release, store, item))]


def _release(store: ReservationStore, item: Item) -> dict[str, int]:
    """Checks ignore a reservation that has expired: only the stored sum of reserved usage is too high."""
    try:
        store.release(reservation_of(item))
    except ReservationNotFoundError:
        return {}
    return {"released": 1}
