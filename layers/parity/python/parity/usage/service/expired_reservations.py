"""Releasing reservations that have expired."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from parity.dynamodb.keys import DUE_SHARDS
from parity.usage.rules.errors import ReservationNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.metering.rules.usage_key import UsageKey
    from parity.usage.rules.reservations import Reservation
    from parity.usage.store.reservations import ReservationStore

    OnFailure = Callable[[Reservation, Exception], None]

PAGE_SIZE = 100


def release_expired_of(store: ReservationStore, key: UsageKey, now: datetime) -> int:
    """Releases the expired reservations of one customer and feature. Returns how many there were."""
    stored = store.list_of_customer(key.customer_id, key.feature)
    expired = [reservation for reservation in stored if not reservation.is_pending(now)]
    for reservation in expired:
        with suppress(ReservationNotFoundError):
            store.release(reservation)
    return len(expired)


def release_expired(
    store: ReservationStore, now: datetime, out_of_time: Callable[[], bool], on_failure: OnFailure
) -> int:
    """Releases the expired reservations of all customers. Returns how many were released.

    Safe to run twice at once, late, or again. A reservation that cannot be released stays due, is handed to
    `on_failure`, and does not keep the others waiting.
    """
    return sum(_release_shard(store, shard, now, out_of_time, on_failure) for shard in range(DUE_SHARDS))


def _release_shard(
    store: ReservationStore,
    shard: int,
    now: datetime,
    out_of_time: Callable[[], bool],
    on_failure: OnFailure,
) -> int:
    released = 0
    position: Item | None = None
    while not out_of_time():
        expired, position = store.list_expired(shard, now, position, PAGE_SIZE)
        released += sum(_release(store, reservation, on_failure) for reservation in expired)
        if position is None:
            break
    return released


def _release(store: ReservationStore, reservation: Reservation, on_failure: OnFailure) -> bool:
    try:
        store.release(reservation)
    except ReservationNotFoundError:
        return False
    except Exception as error:  # noqa: BLE001 - the others have expired, too
        on_failure(reservation, error)
        return False
    return True
