"""One attempt of one delivery: whether it is made, the request, and what is kept of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.webhooks.rules import deliveries as rules
from parity.webhooks.rules.deliveries import Attempt, DeliveryStatus, Failure, new_delivery
from parity.webhooks.rules.endpoints import disable_failed, health_after
from parity.webhooks.rules.signatures import sign

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.webhooks.rules.deliveries import Delivery
    from parity.webhooks.rules.endpoints import WebhookEndpoint
    from parity.webhooks.service.sending import Sender
    from parity.webhooks.store.deliveries import DeliveryStore, Recipient
    from parity.webhooks.store.delivery_queue import AttemptRequest
    from parity.webhooks.store.endpoints import EndpointStore


@dataclass(frozen=True, slots=True)
class DeliveryStores:
    deliveries: DeliveryStore
    endpoints: EndpointStore
    sender: Sender


def make_attempt(
    stores: DeliveryStores, request: AttemptRequest, clock: Callable[[], datetime]
) -> Delivery | None:
    """Sends the event, or notes why it was not sent. Returns the delivery, None if there was nothing to do.

    A message that is redelivered is recognised by the log. If the process ends between the request and
    its entry in the log, the event is sent once more.
    """
    recipient, stored = stores.deliveries.read(request.id)
    delivery = stored or _begin(request)
    if delivery is None or _is_made(request, stored):
        return None
    if recipient is None:
        return _save(stores, delivery, lambda each: rules.give_up(each, Failure.ENDPOINT_DELETED))
    if not request.is_by_hand:
        if not recipient.endpoint.is_enabled:
            return _save(stores, delivery, lambda each: rules.give_up(each, Failure.ENDPOINT_DISABLED))
        if recipient.endpoint.health.is_paused(now := clock()):
            return _save(stores, delivery, lambda each: rules.postpone(each, Failure.ENDPOINT_PAUSED, now))
    return _send(stores, recipient, delivery, request, clock)


def _begin(request: AttemptRequest) -> Delivery | None:
    """None for a delivery that was in the log and has expired."""
    return new_delivery(request.event, request.id.endpoint_id) if request.event else None


def _is_made(request: AttemptRequest, stored: Delivery | None) -> bool:
    """Whether the attempt was made before: a first one is in the log, a further one is not waited for."""
    if stored is None or request.is_by_hand:
        return False
    return request.event is not None or stored.status is not DeliveryStatus.WAITING


def _send(
    stores: DeliveryStores,
    recipient: Recipient,
    delivery: Delivery,
    request: AttemptRequest,
    clock: Callable[[], datetime],
) -> Delivery:
    endpoint, sent_on = recipient.endpoint, clock()
    headers = sign(endpoint.signature, recipient.secrets, delivery.id.event_id, delivery.body, sent_on)
    attempt = Attempt(sent_on, stores.sender.post(endpoint.url, delivery.body, headers))
    by_itself = not request.is_by_hand
    saved = _save(stores, delivery, lambda each: rules.record_attempt(each, attempt, by_itself=by_itself))
    _follow_health(stores, endpoint, attempt)
    return saved


def _save(stores: DeliveryStores, delivery: Delivery, change: Callable[[Delivery], Delivery]) -> Delivery:
    """Applies the change to the stored delivery, if another attempt was stored in the meantime."""
    latest: Delivery | None = delivery

    def save() -> Delivery:
        nonlocal latest
        changed = change(latest or delivery)
        try:
            stores.deliveries.save(changed)
        except VersionChangedError:
            latest = stores.deliveries.get(delivery.id)
            raise
        return changed

    return retry(save)


def _follow_health(stores: DeliveryStores, endpoint: WebhookEndpoint, attempt: Attempt) -> None:
    """Keeps how the endpoint fares, and disables it if it has failed for days."""
    health = health_after(endpoint.health, attempt.on, delivered=attempt.outcome.is_delivered)
    if health != endpoint.health:
        stores.deliveries.save_health(endpoint.id, health)
    if endpoint.is_enabled and health.has_failed_for_days(attempt.on):
        # If somebody changed it meanwhile and it still fails, the next failure disables it.
        with suppress(VersionChangedError):
            stores.endpoints.replace(disable_failed(replace(endpoint, health=health), attempt.on))
