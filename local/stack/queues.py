"""SQS queues, as the attributes of SetQueueAttributes."""

from __future__ import annotations

import json

from local.model import Queue, Stack
from local.stack.errors import Place
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

_DEFAULT_VISIBILITY_SECONDS = 30


def queues(resolver: Resolver, file: str) -> tuple[Queue, ...]:
    """Every queue of the stack; raises TemplateError for a FIFO queue, which is not emulated."""
    found = []
    for logical_id, properties in resolver.resources("AWS::SQS::Queue").items():
        if properties.get("FifoQueue"):
            raise (Place(file, logical_id) / "FifoQueue").error(
                "is true, but only standard queues run locally"
            )
        attributes = {name: _text(properties[name]) for name in _ATTRIBUTES if name in properties}
        found.append(Queue(resolver.name(logical_id), attributes))
    return tuple(found)


def _text(value: Value) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def check_queue_mappings(stack: Stack, file: str) -> None:
    """Raises TemplateError for what Lambda refuses: a queue that gives messages back too early, or none."""
    visible_after = {
        queue.name: int(queue.attributes.get("VisibilityTimeout", _DEFAULT_VISIBILITY_SECONDS))
        for queue in stack.queues
    }
    for mapping in stack.queue_mappings:
        place, function = Place(file, mapping.name), stack.functions.get(mapping.function)
        if function is None:
            raise (place / "FunctionName").error(f"names {mapping.function}, which is not in this template")
        if mapping.queue not in visible_after:
            raise (place / "EventSourceArn").error(f"names {mapping.queue}, which is not in this template")
        seconds, limit = visible_after[mapping.queue], function.timeout_seconds
        if seconds < limit:
            problem = (
                f"names a queue whose VisibilityTimeout, {seconds} s, is less than the function's {limit} s"
            )
            raise (place / "EventSourceArn").error(problem)
