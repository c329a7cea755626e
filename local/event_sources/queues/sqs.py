"""Creates the stack's queues in the engine, and sends to them what functions could not take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from local.model import Queue
from local.stack.names import queue_of, queue_url


class SqsClient(Protocol):
    """The calls of boto3's `sqs` client that the local cloud makes."""

    def create_queue(self, **kwargs: object) -> dict[str, Any]: ...
    def set_queue_attributes(self, **kwargs: object) -> object: ...
    def send_message(self, **kwargs: object) -> object: ...
    def receive_message(self, **kwargs: object) -> dict[str, Any]: ...
    def delete_message_batch(self, **kwargs: object) -> dict[str, Any]: ...


def create_queues(client: SqsClient, queues: Iterable[Queue]) -> None:
    """Create what does not exist yet and give every queue the attributes that it has now.

    Attributes come second, as a queue's dead-letter queue has to exist before it is named.
    """
    queues = tuple(queues)
    for queue in queues:
        client.create_queue(QueueName=queue.name)
    for queue in queues:
        if queue.attributes:
            client.set_queue_attributes(QueueUrl=queue_url(queue.name), Attributes=dict(queue.attributes))


def send_to_queue(client: SqsClient, destination: str, record: Mapping[str, Any]) -> None:
    """Send a failure record to an on-failure destination, if its ARN is a queue's."""
    if queue := queue_of(destination):
        client.send_message(QueueUrl=queue_url(queue), MessageBody=json.dumps(record, ensure_ascii=False))
