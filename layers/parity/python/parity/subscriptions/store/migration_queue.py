"""The queue whose messages each move one chunk of a migration's subscribers."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from parity.aws.clients import new_client

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class MigrationQueue:
    """A message names the migration; the table knows how far the migration is."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self.client = client
        self.url = url

    def send(self, plan: str, version: int) -> None:
        body = json.dumps({"plan": plan, "version": version})
        self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def try_to_send(self, plan: str, version: int) -> None:
        """As `send`, and ignores a failure: the schedule that resumes migrations sends the message later."""
        with suppress(BotoCoreError, ClientError):
            self.send(plan, version)


@cache
def migration_queue() -> MigrationQueue:
    """The queue that the environment names."""
    return MigrationQueue(new_client("sqs"), os.environ["MIGRATIONS_QUEUE_URL"])
