"""The queue whose messages each ask for one attempt of one delivery.

It is a FIFO queue for the sake of its groups, of which one message at a time is handed out. Each endpoint has
a few groups, its lanes. So an endpoint that is slow keeps as many runs busy as it has lanes, and none that
others need (docs/decisions/0061).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.aws.clients import new_client
from parity.aws.fifo_queue import FifoQueue, GroupMessage
from parity.core.times import to_micros
from parity.webhooks.rules.deliveries import DeliveryId, parse_delivery_id
from parity.webhooks.rules.endpoints import LANES
from parity.webhooks.rules.events import WebhookEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class AttemptRequest:
    """Asks for an attempt. `event` is there for the first one, when the log does not have the delivery yet.

    `key` tells the attempts of a delivery apart: the queue takes a message of the same key once in 5 minutes.
    """

    id: DeliveryId
    key: str
    event: WebhookEvent | None = None
    is_by_hand: bool = False

    def to_body(self) -> str:
        content = {
            "delivery": str(self.id),
            "event": self.event.envelope if self.event else None,
            "isByHand": self.is_by_hand,
        }
        return json.dumps(content, ensure_ascii=False)


def first_attempt(event: WebhookEvent, endpoint_id: str) -> AttemptRequest:
    return AttemptRequest(DeliveryId(endpoint_id, event.created_on, event.id), "first", event)


def due_attempt(id: DeliveryId, due_on: datetime) -> AttemptRequest:  # noqa: A002
    return AttemptRequest(id, str(to_micros(due_on)))


def attempt_by_hand(id: DeliveryId, event: WebhookEvent | None = None) -> AttemptRequest:  # noqa: A002
    """Made whenever a person asks, whether the endpoint is enabled or not."""
    return AttemptRequest(id, uuid4().hex, event, is_by_hand=True)


def request_from_body(body: str) -> AttemptRequest:
    """Raises ValueError or KeyError for a text that `to_body` did not make."""
    content = json.loads(body)
    id_ = parse_delivery_id(content["delivery"])
    if id_ is None:
        raise ValueError("the message names no delivery")
    event = WebhookEvent(content["event"]) if content["event"] else None
    return AttemptRequest(id_, "received", event, is_by_hand=content["isByHand"])


class DeliveryQueue:
    def __init__(self, client: SQSClient, url: str) -> None:
        self.client = client
        self.url = url

    def send(self, requests: Iterable[AttemptRequest]) -> None:
        """One request per ten, or fewer if they are large. Raises NotSentError if the queue refuses one."""
        FifoQueue(self.client, self.url).send(map(_to_message, requests))


def _to_message(request: AttemptRequest) -> GroupMessage:
    group = f"{request.id.endpoint_id}-{lane_of(request.id)}"
    return GroupMessage(group, f"{request.id}-{request.key}", request.to_body())


def lane_of(id: DeliveryId) -> int:  # noqa: A002
    return int(sha256(id.event_id.encode()).hexdigest()[:4], 16) % LANES


@cache
def delivery_queue() -> DeliveryQueue:
    """The queue that the environment names."""
    return DeliveryQueue(new_client("sqs"), os.environ["WEBHOOK_DELIVERIES_QUEUE_URL"])
