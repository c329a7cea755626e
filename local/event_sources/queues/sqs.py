"""The stack's queues in the engine: creates them, and sends failure records to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from local.model import Queue
from local.stack.names import queue_name, queue_url
from local.stack.queues import FIFO_ENDING


class SqsClient(Protocol):
    """The calls of boto3's `sqs` client that the local cloud makes."""

    def create_queue(self, **kwargs: object) -> dict[str, Any]: ...
    def set_queue_attributes(self, **kwargs: object) -> object: ...
    def send_message(self, **kwargs: object) -> object: ...
    def get_queue_attributes(self, **kwargs: object) -> dict[str, Any]: ...
    def receive_message(self, **kwargs: object) -> dict[str, Any]: ...
    def delete_message_batch(self, **kwargs: object) -> dict[str, Any]: ...


def create_queues(client: SqsClient, queues: Iterable[Queue]) -> None:
    """Create the queues that do not exist yet, and set the attributes of all.

    Attributes are set after all queues exist, because they may name another queue as the dead-letter queue.
    """
    queues = tuple(queues)
    for queue in queues:
        fifo = {"Attributes": {"FifoQueue": "true"}} if queue.name.endswith(FIFO_ENDING) else {}
        client.create_queue(QueueName=queue.name, **fifo)
    for queue in queues:
        if queue.attributes:
            client.set_queue_attributes(QueueUrl=queue_url(queue.name), Attributes=dict(queue.attributes))


def send_to_queue(client: SqsClient, destination: str, record: Mapping[str, Any]) -> None:
    """Send a failure record to an on-failure destination if that is a queue."""
    if queue := queue_name(destination):
        client.send_message(QueueUrl=queue_url(queue), MessageBody=json.dumps(record, ensure_ascii=False))
