"""Every function of webhooks, called in each case in which it makes other requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import now
from parity.dynamodb.optimistic import VersionChangedError
from parity.webhooks.api import queues
from parity.webhooks.rules.deliveries import Outcome
from parity.webhooks.rules.endpoints import MAX_FAILING
from parity.webhooks.store.deliveries import DeliveryStore
from parity.webhooks.store.delivery_queue import DeliveryQueue, delivery_queue
from tests.support.answers import expect
from tests.support.builders.webhooks import (
    DELIVER,
    DISTRIBUTE,
    RETRY,
    URL,
    create_endpoint,
    list_log,
    make_batch,
    make_event,
    make_messages,
    receive_attempts,
    send_endpoint_update,
    set_webhook_clocks,
)
from tests.support.fakes.functions import call, load_handler
from tests.support.policies import AccessLog


@dataclass
class FakeSender:
    """Answers every request in the same way."""

    outcome: Outcome

    def post(self, *_: object) -> Outcome:
        return self.outcome


def play_webhooks_year(watch: AccessLog, monkeypatch: pytest.MonkeyPatch) -> None:
    _manage_endpoints()
    queue = delivery_queue()
    queue.client.create_queue(QueueName=queue.url.rpartition("/")[2], Attributes={"FifoQueue": "true"})
    with monkeypatch.context() as patch:
        _send_events(watch, queue, patch)


def _manage_endpoints() -> None:
    for _ in range(2):
        call("webhook_endpoints/create", body={"url": URL}, headers={"Idempotency-Key": "webhook"})
    endpoint_id = create_endpoint()["id"]
    path = {"endpointId": endpoint_id}
    expect(call("webhook_endpoints/list"), 200)
    expect(call("webhook_endpoints/get", parameters=path), 200)
    expect(send_endpoint_update(endpoint_id, {"description": "Shop"}), 200)
    for _ in range(2):
        call("webhook_endpoints/rotate", parameters=path, headers={"Idempotency-Key": "rotate"})
    assert call("webhook_endpoints/delete", parameters=path).status == 204


def _send_events(watch: AccessLog, queue: DeliveryQueue, patch: pytest.MonkeyPatch) -> None:
    """Some fail until their endpoint is disabled, one succeeds, and one is written by others meanwhile."""
    endpoint_id = create_endpoint()["id"]
    start = now()
    for moment, status in (
        (start, 500),
        (start + timedelta(hours=1), 200),
        (start + timedelta(hours=2), 500),
    ):
        set_webhook_clocks(patch, moment)
        _answer_with(patch, status)
        watch.run(DISTRIBUTE, make_batch(make_messages(make_event(created_on=moment))))
        _deliver(watch, queue)
        watch.run(RETRY, {})
        _deliver(watch, queue)
    for _ in range(2):
        headers = {"Idempotency-Key": "test"}
        call("webhook_endpoints/test", parameters={"endpointId": endpoint_id}, headers=headers)
        path = {"deliveryId": list_log()[0]["id"]}
        call("webhook_logs/resend", parameters=path, headers={"Idempotency-Key": "resend"})
    with pytest.MonkeyPatch.context() as colliding:
        _collide(colliding)
        _deliver(watch, queue)
    set_webhook_clocks(patch, start + MAX_FAILING + timedelta(hours=3))
    watch.run(RETRY, {})
    _deliver(watch, queue)


def _answer_with(patch: pytest.MonkeyPatch, status: int) -> None:
    sender: Any = FakeSender(Outcome(status=status))
    stores = replace(queues.delivery_stores(), sender=sender)
    patch.setattr(load_handler(DELIVER), "delivery_stores", lambda: stores)


def _deliver(watch: AccessLog, queue: DeliveryQueue) -> None:
    for body in receive_attempts(queue):
        watch.run(DELIVER, make_batch([body]))


def _collide(patch: pytest.MonkeyPatch) -> None:
    """The first time that a delivery is saved, somebody else has saved it in the meantime."""
    save = DeliveryStore.save
    seen: list[object] = []

    def save_late(store: DeliveryStore, delivery: Any) -> None:  # noqa: ANN401
        if not seen:
            seen.append(delivery)
            raise VersionChangedError
        save(store, delivery)

    patch.setattr(DeliveryStore, "save", save_late)
