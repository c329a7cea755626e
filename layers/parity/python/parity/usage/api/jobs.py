"""The scheduled function that releases expired reservations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.due_work import DueWork
from parity.usage.service.expired_reservations import plan_releases
from parity.usage.store import keys

if TYPE_CHECKING:
    from parity.usage.store.reservations import ReservationStore


def release_work(store: ReservationStore) -> DueWork:
    return DueWork(
        name="Release",
        table=store.table,
        queue="DUE_RESERVATIONS_QUEUE_URL",
        partition=keys.due_reservations_partition,
        plan=partial(plan_releases, store),
        metrics={"released": "ReservationsExpired"},
    )
