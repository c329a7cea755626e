"""Who gets an event: one attempt for each endpoint that wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.webhooks.store.delivery_queue import first_attempt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.webhooks.rules.events import WebhookEvent
    from parity.webhooks.store.delivery_queue import DeliveryQueue
    from parity.webhooks.store.endpoints import EndpointStore


def distribute(endpoints: EndpointStore, queue: DeliveryQueue, events: Iterable[WebhookEvent]) -> int:
    """Asks for an attempt per event and endpoint that wants it, and returns how many these are.

    An event that comes again within 5 minutes is taken by the queue once; later the log recognises it.
    """
    known = endpoints.all()
    requests = [
        first_attempt(event, endpoint.id)
        for event in events
        for endpoint in known
        if endpoint.wants(event.type)
    ]
    queue.send(requests)
    return len(requests)
