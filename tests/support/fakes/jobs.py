"""Jobs: what the schedule, the queue and the turns of a job do, in this process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest

from parity.aws.fifo_queue import FifoQueue, GroupMessage, fifo_queue
from parity.dynamodb.due_work import DueWork, Turn, TurnReport
from parity.dynamodb.keys import DUE_SHARDS
from tests.support.fakes.functions import Context, load_handler, set_clock

Handler = Callable[[str, dict[str, Any]], dict[str, Any]]


def run_job(operation: str, at: datetime, context: Context | None = None) -> dict[str, Any]:
    """What a run of the schedule leads to: the sums of what the turns report that it asks for."""

    def call(operation: str, event: dict[str, Any]) -> dict[str, Any]:
        done: dict[str, Any] = load_handler(operation).handler(event, context or Context())
        return done

    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, operation, at)
        return sum_turns([call(operation, event) for event in ask_for_turns(operation, call)])


def ask_for_turns(operation: str, call: Handler) -> list[dict[str, Any]]:
    """The events of the turns that a run of the schedule asks for."""
    sent: list[GroupMessage] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FifoQueue, "send", lambda _, messages: sent.extend(messages))
        assert call(operation, {}) == {"shards": len(sent)}
    return [make_turn_event(message.body) for message in sent]


QUEUES = {
    "subscriptions/advance": "DUE_SUBSCRIPTIONS_QUEUE_URL",
    "usage/aggregate": "DUE_HOURS_QUEUE_URL",
    "reservations/expire": "DUE_RESERVATIONS_QUEUE_URL",
}
"""The variables with the queues of jobs."""


def create_due_queue(operation: str) -> FifoQueue:
    queue = fifo_queue(QUEUES[operation])
    queue.client.create_queue(QueueName=queue.url.rpartition("/")[2], Attributes={"FifoQueue": "true"})
    return queue


def receive_turns(queue: FifoQueue) -> Iterator[dict[str, Any]]:
    """The events of the turns that the queue holds."""
    while received := queue.client.receive_message(QueueUrl=queue.url, AttributeNames=["All"]).get(
        "Messages"
    ):
        for message in received:
            yield {"Records": [{"body": message["Body"], "attributes": message["Attributes"]}]}
            queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])


def make_turn_event(body: str, received: int = 1) -> dict[str, Any]:
    """`received` is how often the message was handed out by now."""
    return {"Records": [{"body": body, "attributes": {"ApproximateReceiveCount": str(received)}}]}


def make_event_of_shard(shard: int, received: int = 1) -> dict[str, Any]:
    return make_turn_event(json.dumps({"shard": shard}), received)


def sum_turns(turns: Iterable[dict[str, Any]]) -> dict[str, Any]:
    total: Counter[str] = Counter()
    complete = True
    for turn in turns:
        complete = complete and turn["complete"]
        total.update({name: number for name, number in turn.items() if name != "complete"})
    return {**total, "complete": complete}


def do_all_due(work: DueWork, at: datetime, out_of_time: Callable[[], bool] = lambda: False) -> TurnReport:
    """A turn of every shard."""
    turns = [Turn(work, shard, at, out_of_time).take() for shard in range(DUE_SHARDS)]
    return sum(turns, TurnReport())
