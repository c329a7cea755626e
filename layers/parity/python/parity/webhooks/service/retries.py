"""Deliveries whose next attempt is due: each goes to the queue again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from parity.core.times import from_iso
from parity.dynamodb.due_work import Task
from parity.webhooks.rules.deliveries import DeliveryId
from parity.webhooks.store import keys
from parity.webhooks.store.delivery_queue import due_attempt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from parity.dynamodb.due_index import DueEntry
    from parity.dynamodb.due_work import Group
    from parity.webhooks.store.deliveries import DeliveryStore
    from parity.webhooks.store.delivery_queue import AttemptRequest, DeliveryQueue

CHUNK = 10
"""As many as one request to the queue takes."""

LEASE = timedelta(minutes=15)
"""How much later an attempt is due again, in case its message is lost."""


def plan_attempts(
    store: DeliveryStore, queue: DeliveryQueue, entries: Sequence[DueEntry], now: datetime
) -> Iterator[Group]:
    """A task for ten attempts that are due. The lease of an attempt puts it off, whatever becomes of it."""
    for start in range(0, len(entries), CHUNK):
        due = [
            (DeliveryId(*keys.webhook_delivery_of(entry.key)), from_iso(entry.position))
            for entry in entries[start : start + CHUNK]
        ]
        ids = {"firstDelivery": str(due[0][0])}
        yield [Task(None, ids, partial(queue_attempts, store, queue, due, now))]


def queue_attempts(
    store: DeliveryStore, queue: DeliveryQueue, due: Sequence[tuple[DeliveryId, datetime]], now: datetime
) -> dict[str, int]:
    """Asks for attempts, each with when it was due. Returns how many were asked for.

    Runs may overlap, be late or be repeated: whoever has the lease of an attempt asks for it.
    """
    leased: list[AttemptRequest] = []
    try:
        for id_, due_on in due:
            if store.lease(id_, due_on, now + LEASE):
                leased.append(due_attempt(id_, due_on))
    finally:
        queue.send(leased)
    return {"queued": len(leased)}
