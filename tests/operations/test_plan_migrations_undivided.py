"""A migration that an earlier release began: one item, which has the progress of all subscribers."""

from __future__ import annotations

from typing import Any

import pytest

from parity.catalog.store.migrations import migration_store
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import add_features, publish_plan
from tests.support.fakes.event_sources import deliver_messages, get_migration, receive_messages
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.tables import scan_items
from tests.support.scenarios.migrations import finish_migration, list_versions, read_progress, subscribe_many

pytestmark = pytest.mark.usefixtures("pro_to_migrate")

BEGUN = "2026-11-20T08:00:00.000000Z"


def store_items(table: Table, **progress: Any) -> None:  # noqa: ANN401
    """The items of a migration of `pro` to version 3, as the earlier release wrote them."""
    state = {"total": None, "changesToCome": None, "source": 2, "position": None, "done": 0} | progress
    migration = {
        "PK": "PLAN#pro",
        "SK": "MIGRATION#0003",
        "plan": "pro",
        "planVersion": 3,
        "features": True,
        "pricing": False,
        "migrationStatus": "running",
        **state,
        "progress": f"{state['total']} {state['source']} {state['position']}",
        "failed": 0,
        "failures": "[]",
        "createdOn": BEGUN,
        "modifiedOn": BEGUN,
    }
    running = {"PK": "MIGRATIONS", "SK": "pro#0003", "plan": "pro", "planVersion": 3}
    for item in (migration, running):
        table.client.put_item(TableName=table.name, Item=to_wire(item))


def publish_without_migration() -> None:
    expect(add_features("pro", {"feature": "calls", "details": {"value": 500}}), 201)
    expect(publish_plan("pro"), 200)


def resume() -> None:
    assert load_handler("plan_migrations/resume").handler({}, Context()) == {"resumed": 1}


def test_one_that_has_not_moved_anybody_moves_all(parity_table: Table, queue: MigrationQueue) -> None:
    ids = subscribe_many(5)
    publish_without_migration()
    store_items(parity_table)
    assert read_progress(3) == ("running", None, 0, 0)
    resume()
    finish_migration(3, queue)
    assert read_progress(3) == ("completed", 5, 5, 0)
    assert list_versions(ids) == {3}
    assert migration_store().all_running() == []
    assert get_migration("pro", 3)["createdOn"].startswith("2026-11-20T08:00:00")


def test_one_goes_on_behind_its_position(parity_table: Table, queue: MigrationQueue) -> None:
    """Whoever is before the position has been dealt with: here one who could not be moved."""
    ids = sorted(subscribe_many(4))
    publish_without_migration()
    store_items(parity_table, total=4, changesToCome=0, position=ids[0])
    assert refusal(publish_plan("pro", body={"updateFeatures": True}))[0] == 409
    resume()
    finish_migration(3, queue)
    assert (list_versions(ids[:1]), list_versions(ids[1:])) == ({2}, {3})
    assert read_progress(3)[:2] == ("completed", 4)


def test_one_moves_on_to_older_versions(parity_table: Table, queue: MigrationQueue) -> None:
    publish_without_migration()
    store_items(parity_table, total=0, changesToCome=0, source=1)
    resume()
    deliver_messages(queue)
    assert get_migration("pro", 3)["status"] == "completed"


def test_a_message_that_is_resumed_twice_or_late_changes_nothing(
    parity_table: Table, queue: MigrationQueue
) -> None:
    subscribe_many(5)
    publish_without_migration()
    store_items(parity_table)
    resume()
    resume()
    first, second = receive_messages(queue)
    deliver_messages(queue, [first, second])
    finish_migration(3, queue)
    before = scan_items(parity_table)
    deliver_messages(queue, [second, first])
    assert scan_items(parity_table) == before
    assert read_progress(3) == ("completed", 5, 5, 0)
    assert receive_messages(queue) == []
