"""The queue's function: messages that come twice, crashes and lost answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parity.catalog.rules.errors import MigrationNotFoundError
from parity.catalog.store.migrations import MigrationStore
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.subscriptions.store.subscribers import SubscriberIndex
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.builders.subscriptions import (
    load_subscription,
)
from tests.support.fakes.event_sources import deliver_messages, get_migration, receive_messages
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.tables import lose_first_answer, scan_items
from tests.support.scenarios.migrations import (
    finish_migration,
    list_requests,
    list_versions,
    publish_with_migration,
    read_progress,
    subscribe_many,
)

pytestmark = pytest.mark.usefixtures("pro_to_migrate")


def test_a_message_delivered_twice_migrates_each_chunk_once(queue: MigrationQueue) -> None:
    ids = subscribe_many(5, "a")
    version = publish_with_migration()
    while messages := receive_messages(queue):
        deliver_messages(queue, messages + messages)
    assert read_progress(version) == ("completed", 5, 5, 0)
    assert list_versions(ids) == {version}
    assert {load_subscription(subscription_id).version for subscription_id in ids} == {2}


def test_a_message_after_the_end_changes_nothing(queue: MigrationQueue, parity_table: Table) -> None:
    subscribe_many(1)
    version = publish_with_migration()
    message = receive_messages(queue)
    deliver_messages(queue, message)
    finish_migration(version, queue)
    before = scan_items(parity_table)
    deliver_messages(queue, message)
    assert scan_items(parity_table) == before
    assert receive_messages(queue) == []


def test_an_overtaken_run_undoes_nothing(queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe_many(5, "a")
    version = publish_with_migration()
    read = SubscriberIndex.list_page
    overtaken: list[bool] = []

    def read_and_be_overtaken(index: SubscriberIndex, *of: Any) -> Any:  # noqa: ANN401
        if not overtaken:
            overtaken.append(True)
            deliver_messages(queue, list_requests(version))
            finish_migration(version, queue)
        return read(index, *of)

    monkeypatch.setattr(SubscriberIndex, "list_page", read_and_be_overtaken)
    deliver_messages(queue)
    assert overtaken
    assert read_progress(version) == ("completed", 5, 5, 0)
    assert receive_messages(queue) == []


class CrashError(Exception):
    """The process ends in the middle of its work."""


@pytest.mark.parametrize("chunk", range(4))
def test_a_migration_continues_after_a_crash_between_a_chunk_and_its_progress(
    chunk: int, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribe_many(5, "a")
    version = publish_with_migration()
    replace = MigrationStore.replace
    writes: list[int] = []

    def crash_once(*arguments: Any) -> None:  # noqa: ANN401
        writes.append(len(writes))
        if writes[-1] == chunk:
            raise CrashError
        replace(*arguments)

    monkeypatch.setattr(MigrationStore, "replace", crash_once)
    while get_migration("pro", version)["status"] == "running":
        try:
            assert deliver_messages(queue)
        except CrashError:
            assert deliver_messages(queue, list_requests(version))
    assert len(writes) > chunk
    assert read_progress(version) == ("completed", 5, 5, 0)
    assert list_versions(ids) == {version}
    assert {load_subscription(subscription_id).version for subscription_id in ids} == {2}


def test_a_crash_within_a_chunk_leaves_the_rest_to_the_next_attempt(
    queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribe_many(4, "a")
    version = publish_with_migration()
    replace = SubscriptionStore.replace
    written: list[str] = []

    def crash_once(store: SubscriptionStore, old: Any, new: Any, **more: Any) -> None:  # noqa: ANN401
        written.append(new.id)
        if len(written) == 2:
            raise CrashError
        replace(store, old, new, **more)

    monkeypatch.setattr(SubscriptionStore, "replace", crash_once)
    with pytest.raises(CrashError):
        deliver_messages(queue)
    deliver_messages(queue, list_requests(version))
    finish_migration(version, queue)
    assert list_versions(ids) == {version}
    assert read_progress(version) == ("completed", 4, 4, 0)


def test_a_lost_answer_does_not_count_a_chunk_twice(
    queue: MigrationQueue, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribe_many(2, "a")
    version = publish_with_migration()
    lost = lose_first_answer(parity_table, monkeypatch)
    finish_migration(version, queue)
    assert lost
    assert read_progress(version) == ("completed", 2, 2, 0)
    assert list_versions(ids) == {version}


def test_a_message_without_a_migration_fails_and_is_dead_lettered(queue: MigrationQueue) -> None:
    with pytest.raises(MigrationNotFoundError):
        deliver_messages(queue, [{"plan": "pro", "version": 99, "segment": "a", "progress": "None 98 None"}])
    with pytest.raises(json.JSONDecodeError):
        load_handler("plan_migrations/migrate").handler({"Records": [{"body": "{"}]}, Context())
