from __future__ import annotations

from dataclasses import replace

from local.event_sources.queues.poller import QueuePoller
from local.model import FunctionError, Invoke, QueueMapping
from tests.unit.local.event_sources.queues.fakes import MAPPING, QUEUE_URL, FakeSqs, message


def make_poller(
    sqs: FakeSqs, invoke: Invoke = lambda *_: b"null", mapping: QueueMapping = MAPPING
) -> QueuePoller:
    return QueuePoller(mapping, sqs, invoke=invoke, report=lambda sentence: None)


def test_delivered_messages_are_deleted_ten_at_a_time() -> None:
    sqs = FakeSqs()
    answer = b'{"batchItemFailures": [{"itemIdentifier": "m3"}]}'
    make_poller(sqs, lambda *_: answer).deliver([message(number) for number in range(25)])
    assert sqs.deleted == [f"r{number}" for number in range(25) if number != 3]


def test_without_partial_responses_a_whole_batch_is_delivered() -> None:
    sqs = FakeSqs()
    answer = b'{"batchItemFailures": [{"itemIdentifier": "m1"}]}'
    mapping = replace(MAPPING, report_batch_item_failures=False)
    make_poller(sqs, lambda *_: answer, mapping).deliver([message(1)])
    assert sqs.deleted == ["r1"]


def test_a_failed_batch_stays_in_the_queue() -> None:
    def fail(function: str, _: object) -> bytes:
        raise FunctionError(function, "KeyError", "x")

    sqs = FakeSqs()
    make_poller(sqs, fail).deliver([message(1)])
    assert sqs.deleted == []


def test_a_batch_is_what_one_request_returns() -> None:
    sqs = FakeSqs([message(number) for number in range(30)])
    assert len(make_poller(sqs, mapping=replace(MAPPING, batch_size=3)).gather_batch()) == 3
    assert len(make_poller(sqs, mapping=replace(MAPPING, batch_size=25)).gather_batch()) == 10


def test_a_batching_window_gathers_the_messages_of_several_requests() -> None:
    sqs = FakeSqs([message(number) for number in range(30)])
    mapping = replace(MAPPING, batch_size=25, batching_window_seconds=60)
    assert len(make_poller(sqs, mapping=mapping).gather_batch()) == 25
    assert [call["MaxNumberOfMessages"] for _, call in sqs.calls] == [10, 10, 5]


def test_a_batch_stops_growing_before_its_event_is_too_large_for_lambda() -> None:
    sqs = FakeSqs([message(number, "x" * 1_000_000) for number in range(30)])
    mapping = replace(MAPPING, batch_size=25, batching_window_seconds=60)
    assert len(make_poller(sqs, mapping=mapping).gather_batch()) == 10


def test_messages_are_received_with_all_their_attributes() -> None:
    sqs = FakeSqs([message(1)])
    make_poller(sqs).gather_batch()
    ((_, call),) = sqs.calls
    assert (call["QueueUrl"], call["AttributeNames"], call["MessageAttributeNames"]) == (
        QUEUE_URL,
        ["All"],
        ["All"],
    )


def test_a_queue_is_idle_when_it_holds_no_message() -> None:
    assert make_poller(FakeSqs()).is_idle_since(0)
    assert not make_poller(FakeSqs(waiting=[message(1)])).is_idle_since(0)
    assert not make_poller(FakeSqs(hidden=1)).is_idle_since(0)


def test_a_failed_message_is_not_waited_for() -> None:
    def fail(function: str, _: object) -> bytes:
        raise FunctionError(function, "KeyError", "x")

    sqs = FakeSqs(hidden=1)
    poller = make_poller(sqs, fail)
    poller.deliver([message(1)])
    assert poller.is_idle_since(0)


def test_a_delivered_message_no_longer_counts() -> None:
    sqs = FakeSqs(hidden=1)
    poller = make_poller(sqs)
    poller.deliver([message(1)])
    assert not poller.is_idle_since(0)
