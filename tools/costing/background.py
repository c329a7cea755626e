"""What jobs and webhooks cost, which no request waits for, for each item."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass

from parity.core.times import now
from parity.subscriptions.store.migration_queue import migration_queue
from parity.webhooks.rules.deliveries import Outcome
from parity.webhooks.service.sending import Sender
from tests.support.fakes.functions import set_clock
from tests.support.fakes.jobs import make_event_of_shard
from tests.support.scenarios.sample_events import prepare_event
from tools.costing.assumptions import QUEUE_REQUESTS_PER_MESSAGE
from tools.costing.dollars import Amounts, add_amounts, call_function, multiply, pay_following
from tools.costing.running import follow, settle
from tools.costing.stack import Stack
from tools.costing.world import World, open_world
from tools.measuring.jobs import JOBS, Job, in_one_shard, sell

ITEMS = 50
"""Of one turn of a job."""

JOB_REQUESTS_AT_ONCE = 8


@dataclass(frozen=True)
class Item:
    """What one of `what` costs, with what follows."""

    what: str
    amounts: Amounts


def measure_background(stack: Stack) -> Iterator[Item]:
    for job in JOBS:
        with open_world() as world:
            yield Item(job.noun, multiply(_take_turn(world, job, stack), 1 / ITEMS))
    with open_world() as world:
        yield Item("webhooks that are delivered", _deliver_webhook(world, stack))


def _take_turn(world: World, job: Job, stack: Stack) -> Amounts:
    """A turn of so many items in one shard, of customers who have subscriptions."""
    customers = [f"customer-{number:03}" for number in range(ITEMS)]
    sell(customers)
    with in_one_shard():
        for each in dict.fromkeys((JOBS[0], job)):
            each.prepare(customers)
        world.forget()
        set_clock(world.patch, job.operation, now() + job.wait)
        with redirect_stdout(io.StringIO()):
            turn, invocation = world.invoke(job.operation, make_event_of_shard(0), JOB_REQUESTS_AT_ONCE)
    if turn[job.done] < ITEMS or turn["failed"]:
        raise SystemExit(f"{job.operation} did {turn}")
    return add_amounts(call_function(invocation, stack), pay_following(follow(world), stack))


def _deliver_webhook(world: World, stack: Stack) -> Amounts:
    """The first attempt, which succeeds. Handing the event out is with what has caused it."""
    operation = "webhook_deliveries/deliver"
    event = prepare_event(operation, world.patch, migration_queue())
    world.patch.setattr(Sender, "post", lambda *_: Outcome(status=200, answer="thanks"))
    settle(world)
    _, invocation = world.invoke(operation, event)
    message = {"fifo_queue_requests": QUEUE_REQUESTS_PER_MESSAGE}
    return add_amounts(call_function(invocation, stack), message)
