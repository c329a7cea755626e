"""Webhook endpoints, created through the API, and events on their way to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from parity.core.times import to_iso
from parity.webhooks.store.delivery_queue import DeliveryQueue
from tests.support.answers import expect
from tests.support.builders.moments import MOMENT
from tests.support.fakes.functions import Context, Reply, call, load_handler

URL = "https://shop.example/webhooks"
DISTRIBUTE, DELIVER, RETRY = (
    "webhook_events/distribute",
    "webhook_deliveries/deliver",
    "webhook_deliveries/retry",
)


def create_endpoint(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the body
    return expect(call("webhook_endpoints/create", body={"url": URL} | fields), 201)


def send_endpoint_update(endpoint_id: str, body: dict[str, Any], **headers: str) -> Reply:
    parameters = {"endpointId": endpoint_id}
    return call("webhook_endpoints/update", parameters=parameters, body=body, headers=headers)


def get_endpoint(endpoint_id: str) -> dict[str, Any]:
    return expect(call("webhook_endpoints/get", parameters={"endpointId": endpoint_id}), 200)


def make_event(type_: str = "customer.created", created_on: datetime = MOMENT) -> dict[str, Any]:
    """What the bus carries as an event's detail."""
    return {
        "id": str(uuid4()),
        "type": type_,
        "created_at": to_iso(created_on),
        "data": {"object": {"object": "customer", "name": "Zoë"}},
    }


def make_batch(bodies: Iterable[str]) -> dict[str, Any]:
    """A batch of messages of a queue, as Lambda hands it to a function."""
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


def make_messages(*events: dict[str, Any]) -> list[str]:
    """The bodies of the messages with which the bus sends events to a queue."""
    return [json.dumps({"detail-type": event["type"], "detail": event}) for event in events]


def distribute(*events: dict[str, Any]) -> Any:  # noqa: ANN401 - a partial batch response
    return load_handler(DISTRIBUTE).handler(make_batch(make_messages(*events)), Context())


def receive_attempts(queue: DeliveryQueue) -> list[str]:
    """Takes all messages off the queue of attempts, and returns their bodies."""
    bodies = []
    while messages := queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in messages:
            queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(message["Body"])
    return bodies


def deliver(queue: DeliveryQueue) -> int:
    """Makes the attempts that are in the queue, and returns how many there were."""
    bodies = receive_attempts(queue)
    for body in bodies:
        load_handler(DELIVER).handler(make_batch([body]), Context())
    return len(bodies)


def retry(queue: DeliveryQueue) -> int:
    """Runs the schedule, and makes the attempts that it asks for."""
    load_handler(RETRY).handler({}, Context())
    return deliver(queue)


def list_log(query: str = "") -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = expect(call("webhook_logs/list", query=query), 200)["results"]
    return results


def set_webhook_clocks(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The time at which all functions of webhooks believe to be called."""
    for operation in (DELIVER, RETRY, "webhook_logs/list", "webhook_endpoints/test"):
        monkeypatch.setattr(load_handler(operation), "now", lambda: moment)
