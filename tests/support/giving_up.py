"""A table with a stream, and a queue of the batches that a function on it gave up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from local.engine import Engine
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.changes import create_customer
from parity.customers.store.customers import CustomerStore
from parity.dynamodb.table import Table
from tests.support.tables import table_definition
from tools.failed_batches import Failures


class Trimmed:
    """A stream that has forgotten what is asked for."""

    def get_shard_iterator(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")


@dataclass
class Place:
    """All of it in an engine."""

    table: Table
    streams: Any
    sqs: Any
    arn: str
    queue: str

    def failures(self) -> Failures:
        return Failures(self.sqs, self.queue)

    def created(self, *customer_ids: str) -> None:
        for customer_id in customer_ids:
            draft = CustomerDraft(customer_id=customer_id, name=customer_id)
            create_customer(CustomerStore(self.table), draft, now(), lambda _: None)

    def records(self) -> list[tuple[str, str]]:
        """The partition key and sequence number of each record, in order."""
        start = {"StreamArn": self.arn, "ShardId": self._shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = self.streams.get_shard_iterator(**start)["ShardIterator"]
        found = self.streams.get_records(ShardIterator=iterator)["Records"]
        changes = [record["dynamodb"] for record in found]
        return [(change["Keys"]["PK"]["S"], change["SequenceNumber"]) for change in changes]

    def given_up(self, first: str, last: str) -> None:
        """A message as Lambda sends it for a batch."""
        place = {"shardId": self._shard, "startSequenceNumber": first, "endSequenceNumber": last}
        self.send({"DDBStreamBatchInfo": {**place, "streamArn": self.arn}})

    def given_up_during(self, work: Callable[[], object]) -> None:
        """As if the function had given up all that this writes."""
        before = len(self.records())
        work()
        numbers = [number for _, number in self.records()[before:]]
        self.given_up(numbers[0], numbers[-1])

    def send(self, body: Any) -> None:  # noqa: ANN401
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=json.dumps(body))

    def waiting(self) -> int:
        name = "ApproximateNumberOfMessages"
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=[name])
        return int(answer["Attributes"][name])

    @property
    def _shard(self) -> str:
        (shard,) = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]
        number: str = shard["ShardId"]
        return number


@dataclass(frozen=True)
class Clients:
    """Of an engine; they take longer to make than a table."""

    database: Any
    streams: Any
    sqs: Any

    @classmethod
    def of(cls, engine: Engine) -> Clients:
        return cls(engine.client("dynamodb"), engine.client("dynamodbstreams"), engine.client("sqs"))


def new_place(clients: Clients) -> Place:
    name = f"test-{uuid4().hex}"
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    created = clients.database.create_table(**table_definition(name), StreamSpecification=stream)
    arn = created["TableDescription"]["LatestStreamArn"]
    queue = clients.sqs.create_queue(QueueName=name)["QueueUrl"]
    return Place(Table(clients.database, name), clients.streams, clients.sqs, arn, queue)
