"""Migrations for tests: the messages of their queue, and how far they are."""

from __future__ import annotations

import json
from typing import Any

from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.customers import answer
from tests.support.events import sample_event
from tests.support.handlers import Context, call, load

Message = dict[str, Any]


def messages(queue: MigrationQueue) -> list[Message]:
    """What waits in the queue, which is empty afterwards."""
    found = []
    while received := queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in received:
            found.append(json.loads(message["Body"]))
            queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    return found


def deliver(queue: MigrationQueue, waiting: list[Message] | None = None) -> list[Message]:
    """Gives the function what waits, or these messages, one by one as the template does; what it got."""
    waiting = messages(queue) if waiting is None else waiting
    for message in waiting:
        event = sample_event("plan_migrations_migrate")
        event["Records"][0]["body"] = json.dumps(message)
        load("plan_migrations/migrate").handler(event, Context())
    return waiting


def migration(plan: str, version: int) -> dict[str, Any]:
    """Its progress, as the API shows it."""
    path = {"plan": plan, "version": str(version)}
    return answer(call("plan_migrations/get", parameters=path), 200)
