from __future__ import annotations

from local.event_sources.queues import create_queues, send_to_queue
from local.model import Queue
from tests.unit.local.event_sources.queues.fakes import QUEUE_URL, FakeSqs


def test_queues_exist_before_one_names_another_as_its_dead_letter_queue() -> None:
    sqs = FakeSqs()
    create_queues(sqs, [Queue("deliveries", {"RedrivePolicy": "{}"}), Queue("dead")])
    assert sqs.calls == [
        ("create", {"QueueName": "deliveries"}),
        ("create", {"QueueName": "dead"}),
        ("set", {"QueueUrl": QUEUE_URL, "Attributes": {"RedrivePolicy": "{}"}}),
    ]


def test_a_failure_record_is_sent_to_a_destination_that_is_a_queue() -> None:
    sqs = FakeSqs()
    send_to_queue(sqs, "arn:aws:sqs:us-east-1:000000000000:deliveries", {"a": "é"})
    send_to_queue(sqs, "arn:aws:sns:us-east-1:000000000000:topic", {"a": 1})
    assert sqs.calls == [("send", {"QueueUrl": QUEUE_URL, "MessageBody": '{"a": "é"}'})]
