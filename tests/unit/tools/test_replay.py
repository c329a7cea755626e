"""`make replay` on the real engine: its stream, its queue and its table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from local.engine import Engine
from parity.customers import archive_customer, create_customer
from parity.domain.customers import CustomerDraft
from parity.domain.times import now
from parity.entitlements import recompute
from parity.store.customers import CustomerStore
from parity.store.entitlements import EntitlementStore
from parity.store.subscriptions import SubscriptionStore
from parity.store.table import Table
from tests.support.tables import table_definition
from tests.support.venvs import ENGINE_PYTHON, needs_engine
from tools import failed_batches
from tools.failed_batches import Failures
from tools.replay import Replay, everybody

pytestmark = needs_engine


class Trimmed:
    """A stream that has forgotten what is asked for."""

    def get_shard_iterator(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")


@dataclass
class Place:
    """A table with a stream, a queue of failed batches, and what the replay said and recomputed."""

    table: Table
    streams: Any
    sqs: Any
    arn: str
    queue: str
    said: list[str] = field(default_factory=list)
    recomputed: list[str] = field(default_factory=list)

    def replay(self) -> Replay:
        return Replay(self._recompute, self.said.append)

    def failures(self) -> Failures:
        return Failures(self.sqs, self.queue)

    def created(self, *customer_ids: str) -> None:
        for customer_id in customer_ids:
            draft = CustomerDraft(customer_id=customer_id, name=customer_id)
            create_customer(CustomerStore(self.table), draft, now(), lambda _: None)

    def without_snapshot(self, *customer_ids: str) -> None:
        """As if their changes had been given up."""
        for customer_id in customer_ids:
            self.table.delete({"PK": f"CUSTOMER#{customer_id}", "SK": "ENTITLEMENTS"})

    def has_snapshot(self, customer_id: str) -> bool:
        return EntitlementStore(self.table).checked(customer_id, consistent=True).snapshot is not None

    def records(self) -> list[tuple[str, str]]:
        """The partition key and sequence number of each record, in order."""
        (shard,) = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]
        start = {"StreamArn": self.arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = self.streams.get_shard_iterator(**start)["ShardIterator"]
        found = self.streams.get_records(ShardIterator=iterator)["Records"]
        changes = [record["dynamodb"] for record in found]
        return [(change["Keys"]["PK"]["S"], change["SequenceNumber"]) for change in changes]

    def given_up(self, first: str, last: str) -> None:
        """A message as Lambda sends it for a batch."""
        (shard,) = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]
        place = {"shardId": shard["ShardId"], "startSequenceNumber": first, "endSequenceNumber": last}
        self.send({"DDBStreamBatchInfo": {**place, "streamArn": self.arn}})

    def send(self, body: Any) -> None:  # noqa: ANN401
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=json.dumps(body))

    def waiting(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)
        return int(answer["Attributes"][names[0]])

    def _recompute(self, customer_id: str) -> bool:
        self.recomputed.append(customer_id)
        return recompute(EntitlementStore(self.table), customer_id)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failed_batches, "WAIT_SECONDS", 0)


@pytest.fixture
def place(engine: Engine) -> Place:
    name = f"test-{uuid4().hex}"
    database, sqs = engine.client("dynamodb"), engine.client("sqs")
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    created = database.create_table(**table_definition(name), StreamSpecification=stream)
    arn = created["TableDescription"]["LatestStreamArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    return Place(Table(database, name), engine.client("dynamodbstreams"), sqs, arn, queue)


def run(place: Place) -> Replay:
    """What `make replay` does without arguments."""
    replay = place.replay()
    with place.failures() as failures:
        replay.batches(failures, place.streams)
    return replay


def test_recomputes_the_customers_of_a_failed_batch_and_no_others(place: Place) -> None:
    place.created("acme", "zeta", "nimbus")
    place.without_snapshot("acme", "zeta", "nimbus")
    of_zeta = [number for key, number in place.records() if key == "CUSTOMER#zeta"]
    place.given_up(of_zeta[0], of_zeta[-2])
    replay = run(place)
    assert replay.failed == 0
    assert "zeta" in place.recomputed
    assert "nimbus" not in place.recomputed
    assert place.has_snapshot("zeta")
    assert not place.has_snapshot("nimbus")
    assert place.waiting() == 0


def test_a_batch_with_a_customer_who_fails_stays_in_the_queue(place: Place) -> None:
    place.created("acme", "zeta")
    numbers = [number for _, number in place.records()]
    place.given_up(numbers[0], numbers[-1])

    def fail_for_acme(customer_id: str) -> bool:
        if customer_id == "acme":
            raise RuntimeError("poison")
        return True

    replay = Replay(fail_for_acme, place.said.append)
    with place.failures() as failures:
        replay.batches(failures, place.streams)
    assert replay.failed == 1
    assert place.said[:2] == ["acme: RuntimeError: poison", "2 customers recomputed, 1 changed, 1 failed."]
    assert place.waiting() == 1


def test_says_what_to_do_when_the_records_are_gone(place: Place) -> None:
    place.given_up("1", "2")
    place.streams = Trimmed()
    replay = run(place)
    assert replay.failed == 1
    assert "24 hours" in place.said[0]
    assert "ARGS=--all" in place.said[0]
    assert place.waiting() == 1


@pytest.mark.parametrize("body", [{}, {"DDBStreamBatchInfo": {}}, []])
def test_a_message_of_something_else_stays(place: Place, body: Any) -> None:  # noqa: ANN401
    place.send(body)
    assert run(place).failed == 1
    assert place.waiting() == 1


def test_all_customers_are_recomputed_and_cover_what_the_queue_named(place: Place) -> None:
    place.created("acme", "zeta")
    store, subscriptions = CustomerStore(place.table), SubscriptionStore(place.table)
    archive_customer(store, subscriptions, "zeta", now(), None)
    place.without_snapshot("acme", "zeta")
    place.given_up("1", "2")
    replay = place.replay()
    with place.failures() as failures:
        replay.all_customers(failures, everybody(store))
    assert sorted(place.recomputed) == ["acme", "zeta"]
    assert place.has_snapshot("acme")
    assert place.has_snapshot("zeta")
    assert place.waiting() == 0


def test_the_queue_is_kept_when_not_everybody_could_be_recomputed(place: Place) -> None:
    place.given_up("1", "2")

    def fail(_: str) -> bool:
        raise RuntimeError

    replay = Replay(fail, place.said.append)
    with place.failures() as failures:
        replay.all_customers(failures, ["acme"])
    assert replay.failed == 1
    assert place.waiting() == 1


def test_named_customers_need_no_queue(place: Place) -> None:
    place.created("acme")
    place.without_snapshot("acme")
    assert place.replay().customers(["acme"])
    assert place.said == ["1 customers recomputed, 1 changed, 0 failed."]
    assert place.has_snapshot("acme")
