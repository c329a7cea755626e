"""The scheduled function that asks running migrations to go on."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from parity.catalog.store.migrations import migration_store
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.answers import expect
from tests.support.builders.catalog import create_published_plan, edit_plan, publish_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.subscriptions import create_subscription
from tests.support.fakes.clients import record_requests
from tests.support.fakes.event_sources import deliver_messages, get_migration, receive_messages
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event
from tests.support.fakes.tables import scan_items


@pytest.fixture(autouse=True)
def sold() -> None:
    create_customer("Acme")
    for name in ("Pro", "Team"):
        create_published_plan(name)


def run_resume() -> dict[str, Any]:
    outcome: dict[str, Any] = load_handler("plan_migrations/resume").handler(
        load_sample_event("plan_migrations_resume"), Context()
    )
    return outcome


def publish_next_version(plan: str) -> None:
    expect(edit_plan(plan, description="Next"), 200)
    expect(publish_plan(plan, body={"updateFeatures": True}), 200)


def test_without_a_migration_nothing_is_sent(queue: MigrationQueue) -> None:
    assert run_resume() == {"resumed": 0}
    assert receive_messages(queue) == []


def test_each_segment_of_a_running_migration_gets_a_message(queue: MigrationQueue) -> None:
    for plan in ("pro", "team"):
        publish_next_version(plan)
    receive_messages(queue)
    assert run_resume() == {"resumed": 32}
    asked = {(message["plan"], message["segment"]) for message in receive_messages(queue)}
    assert asked == {(plan, segment) for plan in ("pro", "team") for segment in "0123456789abcdef"}


def test_only_segments_that_run_are_resumed(queue: MigrationQueue) -> None:
    publish_next_version("pro")
    deliver_messages(queue, receive_messages(queue)[:5])
    assert run_resume() == {"resumed": 11}
    deliver_messages(queue)
    assert get_migration("pro", 2)["status"] == "completed"


def test_a_migration_whose_first_messages_were_lost_completes(queue: MigrationQueue) -> None:
    create_subscription()
    publish_next_version("pro")
    assert len(receive_messages(queue)) == 16
    run_resume()
    deliver_messages(queue)
    assert get_migration("pro", 2)["status"] == "completed"
    assert run_resume() == {"resumed": 0}


def test_an_extra_message_changes_nothing(queue: MigrationQueue) -> None:
    create_subscription()
    publish_next_version("pro")
    run_resume()
    run_resume()
    assert len(deliver_messages(queue)) == 3 * 16
    assert receive_messages(queue) == []
    shown = get_migration("pro", 2)
    assert (shown["total"], shown["done"], shown["failed"]) == (1, 1, 0)


def test_a_run_takes_a_query_and_one_per_migration_and_writes_nothing(
    queue: MigrationQueue, parity_table: Table
) -> None:
    publish_next_version("pro")
    before = scan_items(parity_table)
    with record_requests(parity_table.client) as requests:
        run_resume()
    assert [operation for operation, _ in requests] == ["Query", "Query"]
    assert scan_items(parity_table) == before
    assert receive_messages(queue)


def test_a_queue_that_cannot_be_reached_fails_the_run() -> None:
    publish_next_version("pro")
    with pytest.raises(ClientError):
        run_resume()
    assert migration_store().all_running() == [("pro", 2)]
