from __future__ import annotations

import json

import pytest

from local.event_sources.queues.messages import delivered_messages, to_event
from tests.unit.local.event_sources.queues.fakes import message


def test_a_function_gets_messages_in_lambdas_form() -> None:
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
    ("failures", "delivered"),
    [
        ([], ["m1", "m2", "m3"]),
        (["m2"], ["m1", "m3"]),
        (["m1", "m9"], []),
        ([""], []),
        ([None], []),
    ],
)
def test_messages_that_a_batch_response_does_not_name_are_delivered(
    failures: list[str | None], delivered: list[str]
) -> None:
    answer = json.dumps({"batchItemFailures": [{"itemIdentifier": failure} for failure in failures]})
    messages = [message(number) for number in (1, 2, 3)]
    assert [item["MessageId"] for item in delivered_messages(answer.encode(), messages)] == delivered


def test_no_message_is_delivered_when_the_response_cannot_be_read() -> None:
    assert delivered_messages(b"no json", [message(1)]) == []
