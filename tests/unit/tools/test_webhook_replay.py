"""Dead letters of webhooks on the real engine: they go back to where they came from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.engines.processes import needs_engine
from tests.support.engines.tables import Clients
from tools.webhook_replay import WebhookReplay

pytestmark = needs_engine


def create_queue(sqs: Any, name: str, **attributes: str) -> str:  # noqa: ANN401 - a boto3 client
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def receive(sqs: Any, url: str) -> list[dict[str, Any]]:  # noqa: ANN401 - a boto3 client
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], WaitTimeSeconds=1
    )
    return list(answer.get("Messages", ()))


@pytest.mark.parametrize("ending", ["", ".fifo"], ids=["events", "attempts"])
def test_dead_letters_go_back_once_with_their_groups(clients: Clients, ending: str) -> None:
    sqs: Any = clients.sqs
    said: list[str] = []
    fifo = {"FifoQueue": "true"} if ending else {}
    queue, failures = (create_queue(sqs, f"{name}{ending}", **fifo) for name in ("queue", "failures"))
    for number in range(3):
        group = (
            {"MessageGroupId": f"we_1-{number}", "MessageDeduplicationId": f"first-{number}"}
            if ending
            else {}
        )
        body = json.dumps({"number": number})
        sqs.send_message(QueueUrl=failures, MessageBody=body, **group)
    replay = WebhookReplay(sqs, said.append)
    for expected in ("3 events went back to their queue.", "0 events went back to their queue."):
        replay.return_messages(failures, queue, "events")
        assert said.pop() == expected
    returned = receive(sqs, queue)
    assert sorted(json.loads(message["Body"])["number"] for message in returned) == [0, 1, 2]
    if ending:
        assert {message["Attributes"]["MessageGroupId"] for message in returned} == {
            f"we_1-{number}" for number in range(3)
        }
