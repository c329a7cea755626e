"""Test events, which a person has sent to one endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.webhooks.rules.deliveries import Delivery, new_delivery
from parity.webhooks.rules.events import new_test_event
from parity.webhooks.store.delivery_queue import attempt_by_hand

if TYPE_CHECKING:
    from datetime import datetime

    from parity.webhooks.store.delivery_queue import DeliveryQueue
    from parity.webhooks.store.endpoints import EndpointStore


def send_test_event(
    endpoints: EndpointStore, queue: DeliveryQueue, endpoint_id: str, organisation: str, now: datetime
) -> Delivery:
    """The delivery that the log will have. A disabled endpoint is sent it, too.

    Raises WebhookEndpointNotFoundError.
    """
    endpoint = endpoints.get(endpoint_id)
    event = new_test_event(endpoint.id, organisation, now)
    delivery = new_delivery(event, endpoint.id)
    queue.send([attempt_by_hand(delivery.id, event)])
    return delivery
