"""FIFO queues: of each group of messages one is handed out at a time, in the order of their sending."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parity.aws.clients import new_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MAX_MESSAGES = 10
MAX_BATCH_BYTES = 256 * 1024
"""What one request may send."""


class NotSentError(Exception):
    """The queue refused a message."""


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """`key` tells the messages of a group apart: one of the same key is taken once in 5 minutes."""

    group: str
    key: str
    body: str


class FifoQueue:
    def __init__(self, client: SQSClient, url: str) -> None:
        self.client = client
        self.url = url

    def send(self, messages: Iterable[GroupMessage]) -> None:
        """One request per ten, or fewer if they are large. Raises NotSentError if the queue refuses one."""
        for batch in _split(messages):
            entries = [_to_entry(number, message) for number, message in enumerate(batch)]
            answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)
            if failed := answer.get("Failed"):
                raise NotSentError(failed[0]["Code"])


def _split(messages: Iterable[GroupMessage]) -> Iterator[list[GroupMessage]]:
    batch: list[GroupMessage] = []
    batch_bytes = 0
    for message in messages:
        size = len(message.body.encode())
        if batch and (len(batch) == MAX_MESSAGES or batch_bytes + size > MAX_BATCH_BYTES):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(message)
        batch_bytes += size
    if batch:
        yield batch


def _to_entry(number: int, message: GroupMessage) -> SendMessageBatchRequestEntryTypeDef:
    return {
        "Id": str(number),
        "MessageBody": message.body,
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.key,
    }


@cache
def fifo_queue(variable: str) -> FifoQueue:
    """The queue whose URL that variable of the environment has."""
    return FifoQueue(new_client("sqs"), os.environ[variable])
