"""Read and write units of webhooks: of handing out events, and of an attempt in each case.

No request of the API is among them: the stream function publishes what happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from parity.core.times import now, to_iso
from parity.dynamodb.due_jobs import find_due_shards, take_turns
from parity.webhooks.api.queues import retry_work
from parity.webhooks.rules.deliveries import Outcome
from parity.webhooks.rules.endpoints import FAILURES_BEFORE_PAUSE, EndpointDraft
from parity.webhooks.rules.events import WebhookEvent, read_event
from parity.webhooks.rules.secrets import Signature
from parity.webhooks.service.delivery import DeliveryStores, make_attempt
from parity.webhooks.service.distribution import distribute
from parity.webhooks.service.endpoints import create_endpoint
from parity.webhooks.store.deliveries import delivery_store
from parity.webhooks.store.delivery_queue import AttemptRequest
from parity.webhooks.store.endpoints import endpoint_store
from tests.support.fakes.functions import Context
from tools.measuring.units import Meter, empty_table

ENDPOINTS = 3
CUSTOMER = {
    "id": str(uuid4()), "object": "customer", "customer_id": "acct-7731", "name": "Marisol Quint",
    "email": "marisol@quint.example", "details": {}, "metadata": {"tier": "gold"}, "billing_address": None,
    "subscriptions": 0, "organization": "org-1", "created_on": "2026-03-02T09:15:04Z",
    "modified_on": "2026-03-02T09:15:04Z",
}  # fmt: skip


@dataclass
class Requests:
    """In place of the queue: the attempts that were asked for."""

    asked: list[AttemptRequest] = field(default_factory=list)

    def send(self, requests: list[AttemptRequest]) -> None:
        self.asked += requests


@dataclass
class Receiver:
    """In place of the request: what it answers."""

    status: int = 200

    def post(self, *_: object) -> Outcome:
        return Outcome(status=self.status, answer="thanks")


def measure() -> None:
    meter, moment = Meter(), now()
    queue: Any = Requests()
    receiver: Any = Receiver()
    stores = DeliveryStores(delivery_store(), endpoint_store(), receiver)
    draft = EndpointDraft(
        url="https://shop.example/",
        event_types=None,
        description=None,
        signature=Signature.STANDARD,
        enabled=True,
    )
    for _ in range(ENDPOINTS):
        create_endpoint(endpoint_store(), draft, moment, lambda _: None)

    def attempt(what: str, status: int) -> None:
        receiver.status = status
        meter.measure(what, lambda: make_attempt(stores, queue.asked.pop(), lambda: moment))

    meter.measure(
        f"ten events for {ENDPOINTS} endpoints", lambda: distribute(endpoint_store(), queue, make_events(10))
    )
    request = queue.asked[-1]
    attempt("a delivery", 200)
    queue.asked.append(request)
    attempt("the same again, as a message may be redelivered", 200)
    queue.asked = [each for each in queue.asked if each.id.endpoint_id == request.id.endpoint_id]
    attempt("an attempt that fails, and how the endpoint fares", 500)
    for _ in range(FAILURES_BEFORE_PAUSE - 1):
        make_attempt(stores, queue.asked.pop(), lambda: moment)
    attempt("an attempt that is not made, as its endpoint keeps failing", 500)
    queue.asked.clear()
    moment += timedelta(hours=1)
    due = FAILURES_BEFORE_PAUSE + 1
    work = retry_work(delivery_store(), queue)
    context: Any = Context()
    meter.measure(
        f"asking for {due} attempts that are due",
        lambda: take_turns(work, find_due_shards(work, moment), context, moment),
    )
    attempt("an attempt that succeeds after a failure", 200)
    attempt("another one after that", 200)


def make_events(number: int) -> list[WebhookEvent]:
    return [
        read_event(
            {
                "id": str(uuid4()),
                "type": "customer.created",
                "created_at": to_iso(now()),
                "data": {"object": CUSTOMER},
            }
        )
        for _ in range(number)
    ]


if __name__ == "__main__":
    with empty_table():
        measure()
