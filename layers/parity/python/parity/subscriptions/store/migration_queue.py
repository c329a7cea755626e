"""The queue whose messages each move one chunk of a segment of a migration's subscribers.

It is a FIFO queue whose groups are the segments. So each segment is worked on by one run at a time
(docs/decisions/0074).
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from parity.aws.clients import new_client
from parity.aws.fifo_queue import FifoQueue, GroupMessage, NotSentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_sqs import SQSClient

    from parity.catalog.rules.migrations import MigrationSegment

UNDIVIDED = "all"
"""The group of segments without a name."""


@dataclass(frozen=True, slots=True)
class ChunkRequest:
    """Asks for the next chunk of a segment, if its progress still is the given one."""

    plan: str
    version: int
    segment: str
    progress: str


def to_request(segment: MigrationSegment) -> ChunkRequest:
    return ChunkRequest(segment.plan, segment.version, segment.name, segment.progress)


def request_from_body(body: str) -> ChunkRequest:
    """Raises ValueError or TypeError for a text that no queue has sent."""
    return ChunkRequest(**json.loads(body))


class MigrationQueue:
    def __init__(self, client: SQSClient, url: str) -> None:
        self.client = client
        self.url = url

    def send(self, segments: Iterable[MigrationSegment]) -> None:
        """Asks for the next chunk of each segment. Raises NotSentError if the queue refuses a message."""
        FifoQueue(self.client, self.url).send(map(_to_message, segments))

    def try_to_send(self, segments: Iterable[MigrationSegment]) -> None:
        """As `send`, and ignores a failure: the schedule that resumes migrations asks again."""
        with suppress(BotoCoreError, ClientError, NotSentError):
            self.send(segments)


def _to_message(segment: MigrationSegment) -> GroupMessage:
    """Each message is another one, as the schedule asks again for what a lost message has asked for."""
    return GroupMessage(segment.name or UNDIVIDED, uuid4().hex, json.dumps(asdict(to_request(segment))))


@cache
def migration_queue() -> MigrationQueue:
    """The queue that the environment names."""
    return MigrationQueue(new_client("sqs"), os.environ["MIGRATIONS_QUEUE_URL"])
