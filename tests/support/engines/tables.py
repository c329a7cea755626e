"""Tables in the real engine for use cases and handlers that run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import pytest
from botocore.config import Config
from mypy_boto3_dynamodb import DynamoDBClient

from local.engine import Engine
from local.event_sources.streams.records import to_event_record
from parity.aws.clients import configure_client
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.changes import create_customer
from parity.customers.store.customers import CustomerStore
from parity.dynamodb import table as tables
from parity.dynamodb.table import Table
from parity.usage.store import reports as usage_reports
from tests.support.fakes.tables import STORES, read_table_definition
from tools.failed_batches import FailureQueue

# The functions give up on a request after 2 s: long for DynamoDB, short for 64 threads that share one engine.
PATIENT = Config(connect_timeout=60, read_timeout=60, max_pool_connections=64)
ONCE = PATIENT.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
"""For reports of usage: the client must not retry them."""


def make_functions_client(engine: Engine, settings: Config = PATIENT) -> DynamoDBClient:
    """A client of the engine with the settings of the functions, but longer timeouts. It is slow to make."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in {
            "TABLE_NAME": "none",
            "AWS_ENDPOINT_URL_DYNAMODB": engine.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }.items():
            patch.setenv(variable, value)
        config = tables.table.__wrapped__().client.meta.config.merge(settings)
        client = configure_client("dynamodb", config)
    return cast("DynamoDBClient", client)


def use_new_table(client: DynamoDBClient, name: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Creates an empty table and new stores of this process that use it.

    Reports of usage go through the same client, unless a test lets them `use_once`.
    """
    client.create_table(**read_table_definition(name))
    return use_table(Table(client, name), monkeypatch)


def use_table(table: Table, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Makes new stores of this process that use the table."""
    for module, store in STORES.items():
        monkeypatch.setattr(module, "table", lambda: table)
        store.cache_clear()
    use_once(table.client, table.name, monkeypatch)
    return table


def use_once(client: DynamoDBClient, name: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Lets reports of usage go through this client."""
    table = Table(client, name)
    monkeypatch.setattr(usage_reports, "once_table", lambda: table)
    usage_reports.usage_report_store.cache_clear()
    return table


@dataclass
class StreamedTable:
    """A table with a stream, and the queue of the batches that a function on the stream failed."""

    table: Table
    streams: Any
    sqs: Any
    arn: str
    queue: str

    def failure_queue(self) -> FailureQueue:
        return FailureQueue(self.sqs, self.queue)

    def create_customers(self, *customer_ids: str) -> None:
        for customer_id in customer_ids:
            draft = CustomerDraft(customer_id=customer_id, name=customer_id)
            create_customer(CustomerStore(self.table), draft, now(), lambda _: None)

    def read_records(self) -> list[tuple[str, str]]:
        """The partition key and sequence number of each record, in order."""
        changes = [record["dynamodb"] for record in self.follow()()]
        return [(change["Keys"]["PK"]["S"], change["SequenceNumber"]) for change in changes]

    def follow(self) -> Callable[[], list[dict[str, Any]]]:
        """A function that returns the records since its last call, as Lambda delivers them."""
        start = {"StreamArn": self.arn, "ShardId": self._shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = self.streams.get_shard_iterator(**start)["ShardIterator"]

        def read() -> list[dict[str, Any]]:
            nonlocal iterator
            found: list[dict[str, Any]] = []
            while True:
                answer = self.streams.get_records(ShardIterator=iterator)
                iterator = answer["NextShardIterator"]
                if not answer["Records"]:
                    return found
                found += [to_event_record(record, self.arn, "us-east-1") for record in answer["Records"]]

        return read

    def fail_batch(self, first: str, last: str) -> None:
        """Queues the message that Lambda sends for a failed batch."""
        place = {"shardId": self._shard, "startSequenceNumber": first, "endSequenceNumber": last}
        self.send_message({"DDBStreamBatchInfo": {**place, "streamArn": self.arn}})

    def fail_batch_of_all(self) -> None:
        """Queues the message of a failed batch with all records that there are."""
        numbers = [number for _, number in self.read_records()]
        self.fail_batch(numbers[0], numbers[-1])

    def fail_batch_of(self, work: Callable[[], object]) -> None:
        """Does the work, and queues the message of a failed batch with all of its records."""
        before = len(self.read_records())
        work()
        numbers = [number for _, number in self.read_records()[before:]]
        self.fail_batch(numbers[0], numbers[-1])

    def send_message(self, body: Any) -> None:  # noqa: ANN401
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=json.dumps(body))

    def count_messages(self) -> int:
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
    """The clients of an engine. They are slower to make than a table."""

    database: Any
    streams: Any
    sqs: Any

    @classmethod
    def connect(cls, engine: Engine) -> Clients:
        return cls(engine.client("dynamodb"), engine.client("dynamodbstreams"), engine.client("sqs"))


def create_streamed_table(clients: Clients) -> StreamedTable:
    name = f"test-{uuid4().hex}"
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    created = clients.database.create_table(**read_table_definition(name), StreamSpecification=stream)
    arn = created["TableDescription"]["LatestStreamArn"]
    queue = clients.sqs.create_queue(QueueName=name)["QueueUrl"]
    return StreamedTable(Table(clients.database, name), clients.streams, clients.sqs, arn, queue)
