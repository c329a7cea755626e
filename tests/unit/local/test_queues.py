from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

from local.model import FunctionError, Queue, QueueMapping
from local.queues import QueueMappings, create_queues, send_to_queue
from local.queues.messages import settled, to_event
from local.queues.poller import QueuePoller
from tests.support.engines.processes import wait_until
from tests.unit.local.fixtures.harness import Event

URL = "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries"
MAPPING = QueueMapping("Deliver", "deliveries", "deliver", report_batch_item_failures=True)


def message(number: int, body: str = "{}") -> dict[str, Any]:
    return {
        "MessageId": f"m{number}",
        "ReceiptHandle": f"r{number}",
        "Body": body,
        "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
        "Attributes": {"ApproximateReceiveCount": "1"},
    }


@dataclass
class Sqs:
    """Gives what `waiting` holds, as many messages as a request asks for."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    def create_queue(self, **kwargs: object) -> dict[str, Any]:
        self.calls.append(("create", kwargs))
        return {}

    def set_queue_attributes(self, **kwargs: object) -> None:
        self.calls.append(("set", kwargs))

    def send_message(self, **kwargs: object) -> None:
        self.calls.append(("send", kwargs))

    def receive_message(self, **kwargs: object) -> dict[str, Any]:
        self.calls.append(("receive", kwargs))
        if self.trouble:
            raise self.trouble
        count = cast("int", kwargs["MaxNumberOfMessages"])
        given, self.waiting = self.waiting[:count], self.waiting[count:]
        return {"Messages": given} if given else {}

    def delete_message_batch(self, **kwargs: object) -> dict[str, Any]:
        entries = cast("list[dict[str, str]]", kwargs["Entries"])
        assert len({entry["Id"] for entry in entries}) == len(entries) <= 10
        self.deleted += [entry["ReceiptHandle"] for entry in entries]
        return {}


def poller(
    sqs: Sqs, invoke: Callable[[str, Event], bytes] = lambda *_: b"null", mapping: QueueMapping = MAPPING
) -> QueuePoller:
    return QueuePoller(mapping, sqs, invoke=invoke, report=lambda sentence: None)


def test_queues_exist_before_one_names_another_as_its_dead_letter_queue() -> None:
    sqs = Sqs()
    create_queues(sqs, [Queue("deliveries", {"RedrivePolicy": "{}"}), Queue("dead")])
    assert sqs.calls == [
        ("create", {"QueueName": "deliveries"}),
        ("create", {"QueueName": "dead"}),
        ("set", {"QueueUrl": URL, "Attributes": {"RedrivePolicy": "{}"}}),
    ]


def test_a_failure_record_is_sent_to_a_destination_that_is_a_queue() -> None:
    sqs = Sqs()
    send_to_queue(sqs, "arn:aws:sqs:us-east-1:000000000000:deliveries", {"a": "é"})
    send_to_queue(sqs, "arn:aws:sns:us-east-1:000000000000:topic", {"a": 1})
    assert sqs.calls == [("send", {"QueueUrl": URL, "MessageBody": '{"a": "é"}'})]


def test_a_function_gets_messages_as_lambda_hands_them_over() -> None:
    sent = message(1, "hello") | {
        "MessageAttributes": {
            "text": {"DataType": "String", "StringValue": "x"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\x00"},
        }
    }
    (record,) = to_event([sent], "deliveries")["Records"]
    assert record == {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": "hello",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            "text": {
                "stringValue": "x",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            },
            "bytes": {
                "binaryValue": "AA==",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "Binary",
            },
        },
        "md5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:deliveries",
        "awsRegion": "us-east-1",
    }
    json.dumps(record)


@pytest.mark.parametrize(
    ("answer", "done"),
    [
        (b"", ["m1", "m2", "m3"]),
        (b"null", ["m1", "m2", "m3"]),
        (b"{}", ["m1", "m2", "m3"]),
        (b'{"batchItemFailures": null}', ["m1", "m2", "m3"]),
        (b'{"batchItemFailures": []}', ["m1", "m2", "m3"]),
        (b'{"batchItemFailures": [{"itemIdentifier": "m2"}]}', ["m1", "m3"]),
        (b'{"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m9"}]}', []),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', []),
        (b'{"batchItemFailures": [{"itemIdentifier": null}]}', []),
        (b'{"batchItemFailures": [{"id": "m1"}]}', []),
        (b'{"batchItemFailures": [[]]}', []),
        (b'"text"', []),
        (b"no json", []),
    ],
)
def test_a_partial_batch_response_settles_what_it_does_not_name(answer: bytes, done: list[str]) -> None:
    messages = [message(number) for number in (1, 2, 3)]
    assert [item["MessageId"] for item in settled(answer, messages)] == done


def test_settled_messages_are_deleted_ten_at_a_time() -> None:
    sqs = Sqs()
    answer = b'{"batchItemFailures": [{"itemIdentifier": "m3"}]}'
    poller(sqs, lambda *_: answer).deliver([message(number) for number in range(25)])
    assert sqs.deleted == [f"r{number}" for number in range(25) if number != 3]


def test_without_partial_responses_a_whole_batch_is_settled() -> None:
    sqs = Sqs()
    answer = b'{"batchItemFailures": [{"itemIdentifier": "m1"}]}'
    mapping = replace(MAPPING, report_batch_item_failures=False)
    poller(sqs, lambda *_: answer, mapping).deliver([message(1)])
    assert sqs.deleted == ["r1"]


def test_a_batch_whose_function_failed_goes_back_to_the_queue() -> None:
    def fail(function: str, _: object) -> bytes:
        raise FunctionError(function, "KeyError", "x")

    sqs = Sqs()
    poller(sqs, fail).deliver([message(1)])
    assert sqs.deleted == []


def test_a_batch_is_what_one_request_gives() -> None:
    sqs = Sqs([message(number) for number in range(30)])
    assert len(poller(sqs, mapping=replace(MAPPING, batch_size=3)).gather()) == 3
    assert len(poller(sqs, mapping=replace(MAPPING, batch_size=25)).gather()) == 10


def test_a_batching_window_gathers_more_than_one_request_can_give() -> None:
    sqs = Sqs([message(number) for number in range(30)])
    mapping = replace(MAPPING, batch_size=25, batching_window_seconds=60)
    assert len(poller(sqs, mapping=mapping).gather()) == 25
    assert [call["MaxNumberOfMessages"] for _, call in sqs.calls] == [10, 10, 5]


def test_a_batch_stops_growing_before_its_event_is_too_large_for_lambda() -> None:
    sqs = Sqs([message(number, "x" * 1_000_000) for number in range(30)])
    mapping = replace(MAPPING, batch_size=25, batching_window_seconds=60)
    assert len(poller(sqs, mapping=mapping).gather()) == 10


def test_messages_are_asked_for_with_all_their_attributes() -> None:
    sqs = Sqs([message(1)])
    poller(sqs).gather()
    ((_, call),) = sqs.calls
    assert (call["QueueUrl"], call["AttributeNames"], call["MessageAttributeNames"]) == (
        URL,
        ["All"],
        ["All"],
    )


def test_mappings_deliver_until_they_are_replaced() -> None:
    invoked = []

    def invoke(function: str, event: Event) -> bytes:
        invoked.append((function, len(event["Records"])))
        return b"null"

    sqs = Sqs([message(1), message(2)])
    mappings = QueueMappings(sqs, invoke, report=lambda sentence: None)
    mappings.replace([replace(MAPPING, batch_size=2)])
    wait_until(lambda: sqs.deleted == ["r1", "r2"])
    mappings.replace([replace(MAPPING, function="other")])
    sqs.waiting = [message(3)]
    wait_until(lambda: sqs.deleted == ["r1", "r2", "r3"])
    mappings.close()
    sqs.waiting = [message(4)]
    assert invoked == [("deliver", 2), ("other", 1)]


def test_a_queue_that_cannot_be_read_is_reported_once_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.queues.poller.AFTER_TROUBLE_SECONDS", 0.01)
    sqs = Sqs(trouble=EndpointConnectionError(endpoint_url="http://127.0.0.1:1"))
    reported: list[str] = []
    mappings = QueueMappings(sqs, lambda *_: b"null", report=reported.append)
    mappings.replace([MAPPING])
    wait_until(lambda: len(sqs.calls) >= 3)
    sqs.waiting, sqs.trouble = [message(1)], None
    wait_until(lambda: sqs.deleted == ["r1"])
    mappings.close()
    (sentence,) = reported
    assert sentence.startswith("Deliver cannot read the queue deliveries: ")
