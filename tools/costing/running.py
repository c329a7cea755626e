"""What a request leads to: calls of functions with what they ask of AWS, until nothing follows any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parity.webhooks.rules.event_types import EventType
from tests.support.fakes.dynamodb.sizes import count_item_bytes
from tests.support.fakes.event_sources import select_records
from tests.support.fakes.functions import to_reply
from tests.support.fakes.gateway import load_sample_event
from tools.costing.assumptions import HEADER_BYTES, QUEUE_REQUESTS_PER_MESSAGE
from tools.costing.cases import Case
from tools.costing.world import Invocation, World, open_world

STREAM_FUNCTIONS = {"EntitlementsRecompute": "entitlements/recompute", "UsageCount": "usage/count"}
"""The operations that the stream calls, by their names in the template."""

DISTRIBUTION = "webhook_events/distribute"
DEPTH = 5
"""What follows from what follows. More than that would be a circle."""

OVERHEAD_BYTES = 100
"""That DynamoDB adds to each item that it stores."""


@dataclass(frozen=True, slots=True)
class Following:
    """What comes after an answer: calls of functions, events of the bus, and requests to queues."""

    invocations: tuple[Invocation, ...]
    bus_events: int
    queue_requests: int
    fifo_queue_requests: int


@dataclass(frozen=True, slots=True)
class Work:
    """A request and what follows from it.

    `sent_bytes` are of the answer. `stored_bytes` is how much more is stored in the end.
    """

    request: Invocation
    following: Following
    sent_bytes: int
    stored_bytes: int


def measure_case(case: Case) -> Work:
    """Carries it out in a world of its own, with all that follows. Stops the command if it is refused."""
    with open_world() as world:
        event = case.prepare(world)
        settle(world)
        before = _count_stored_bytes(world)
        answer, request = world.invoke(case.operation, event, case.at_once)
        reply = to_reply(answer)
        if reply.status not in range(200, 300):
            raise SystemExit(f"{case.name}: {reply.text}")
        following = follow(world)
        stored_bytes = _count_stored_bytes(world) - before
        return Work(request, following, len(reply.text.encode()) + HEADER_BYTES, stored_bytes)


def settle(world: World) -> None:
    """Nothing of what was prepared has anything to follow any more."""
    follow(world)
    world.forget()


def follow(world: World) -> Following:
    """All that comes of what the world was asked since it was told to forget."""
    invocations = [*_follow_stream(world)]
    told = [entry for entry in world.published_entries if entry["DetailType"] in set(EventType)]
    invocations += [_distribute(world, entry) for entry in told]
    return Following(
        tuple(invocations),
        len(world.published_entries),
        QUEUE_REQUESTS_PER_MESSAGE * len(told),
        sum(map(len, world.queue_requests)),
    )


def _follow_stream(world: World) -> Iterator[Invocation]:
    """Each function gets what its filters let through, as one batch."""
    for _ in range(DEPTH):
        records = world.take_records()
        selected = {operation: select_records(records, name) for name, operation in STREAM_FUNCTIONS.items()}
        for operation, batch in selected.items():
            if batch:
                yield _process(world, operation, {"Records": batch})
        if not any(selected.values()):
            return
    raise SystemExit("The stream functions wake each other without an end.")


def _process(world: World, operation: str, event: dict[str, Any]) -> Invocation:
    answer, invocation = world.invoke(operation, event)
    if answer["batchItemFailures"]:
        raise SystemExit(f"{operation} failed: {answer}")
    return invocation


def _distribute(world: World, entry: dict[str, Any]) -> Invocation:
    """To no endpoint: there is none yet."""
    event = load_sample_event("webhook_events_distribute")
    message = json.loads(event["Records"][0]["body"])
    message |= {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
    event["Records"][0]["body"] = json.dumps(message)
    return _process(world, DISTRIBUTION, event)


def _count_stored_bytes(world: World) -> int:
    items = (json.loads(row[-1] or "") for row in world.double.storage.rows())
    return sum(count_item_bytes(item) + OVERHEAD_BYTES for item in items)
