"""SQS queues, as the attributes of SetQueueAttributes."""

from __future__ import annotations

import json

from local.model import Queue
from local.stack.intrinsics import Resolver
from local.stack.transform import Value

_ATTRIBUTES = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "VisibilityTimeout",
)


def read_queues(resolver: Resolver) -> tuple[Queue, ...]:
    """Every queue of the stack; raises TemplateError for a FIFO queue, which is not emulated."""
    found = []
    for logical_id, properties in resolver.resources("AWS::SQS::Queue").items():
        if properties.get("FifoQueue"):
            raise (resolver.place(logical_id) / "FifoQueue").error(
                "is true, but only standard queues run locally"
            )
        attributes = {name: _to_text(properties[name]) for name in _ATTRIBUTES if name in properties}
        found.append(Queue(resolver.name(logical_id), attributes))
    return tuple(found)


def _to_text(value: Value) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)
