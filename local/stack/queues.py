"""SQS queues, as the attributes of SetQueueAttributes."""

from __future__ import annotations

import json

from local.model import Queue
from local.stack.intrinsics import Resolver
from local.stack.transform import Value

FIFO_ENDING = ".fifo"

_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoThroughputLimit",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "VisibilityTimeout",
)


def read_queues(resolver: Resolver) -> tuple[Queue, ...]:
    """Every queue of the stack; raises TemplateError where a name does not say whether the queue is FIFO."""
    found = []
    for logical_id, properties in resolver.resources("AWS::SQS::Queue").items():
        name = resolver.name(logical_id)
        if bool(properties.get("FifoQueue")) is not name.endswith(FIFO_ENDING):
            raise (resolver.place(logical_id) / "QueueName").error(
                f"is {name}; the name of a FIFO queue has to end in {FIFO_ENDING}, and no other may"
            )
        attributes = {name: _to_text(properties[name]) for name in _ATTRIBUTES if name in properties}
        found.append(Queue(name, attributes))
    return tuple(found)


def _to_text(value: Value) -> str:
    return json.dumps(value) if isinstance(value, dict | bool) else str(value)
