"""Customers whom others change while they are migrated, and a table that is busy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from parity.core.errors import BusyError
from parity.dynamodb.optimistic import VersionChangedError
from parity.subscriptions.service import migration
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.fakes.clients import remove_pauses
from tests.support.fakes.event_sources import deliver_messages, get_migration, receive_messages
from tests.support.scenarios.migrations import (
    finish_migration,
    list_requests,
    list_versions,
    publish_with_migration,
    read_progress,
    subscribe_many,
)

pytestmark = pytest.mark.usefixtures("pro_to_migrate")

Refuse = Callable[..., Counter[str]]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Refuses the first writes of each subscription, or of one; returns how often each was written."""
    remove_pauses(monkeypatch)
    replace = SubscriptionStore.replace
    written: Counter[str] = Counter()

    def refuse_writes(error: Exception, times: int, only: str = "") -> Counter[str]:
        def replace_later(store: SubscriptionStore, old: Any, new: Any, **more: Any) -> None:  # noqa: ANN401
            written[new.id] += 1
            if written[new.id] <= times and only in {"", new.id}:
                raise error
            replace(store, old, new, **more)

        monkeypatch.setattr(SubscriptionStore, "replace", replace_later)
        return written

    return refuse_writes


def test_a_customer_who_is_changed_meanwhile_is_tried_twenty_times(
    queue: MigrationQueue, refuse: Refuse
) -> None:
    ids = subscribe_many(3)
    version = publish_with_migration()
    written = refuse(VersionChangedError(), 19)
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 3, 3, 0)
    assert list_versions(ids) == {version}
    assert written == dict.fromkeys(ids, 20)


def test_one_who_is_changed_all_the_time_stays_and_is_named_once(
    queue: MigrationQueue, refuse: Refuse
) -> None:
    ids = subscribe_many(3, "a")
    version = publish_with_migration()
    written = refuse(VersionChangedError(), 1_000, only=ids[0])
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 3, 2, 1)
    assert [each["subscriptionId"] for each in get_migration("pro", version)["failures"]] == [ids[0]]
    assert written[ids[0]] == migration.ATTEMPTS


def test_a_table_that_is_busy_for_a_while_stops_nobody(queue: MigrationQueue, refuse: Refuse) -> None:
    ids = subscribe_many(3)
    version = publish_with_migration()
    refuse(BusyError(), migration.BUSY_ATTEMPTS - 1)
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 3, 3, 0)
    assert list_versions(ids) == {version}


def test_a_table_that_stays_busy_fails_the_chunk_and_no_subscriber(
    queue: MigrationQueue, refuse: Refuse
) -> None:
    ids = subscribe_many(3, "a")
    version = publish_with_migration()
    receive_messages(queue)
    refuse(BusyError(), migration.BUSY_ATTEMPTS, only=min(ids))
    requests = list_requests(version)
    (of_segment,) = (each for each in requests if each["segment"] == "a")
    with pytest.raises(BusyError):
        deliver_messages(queue, [of_segment])
    assert read_progress(version) == ("running", None, 0, 0)
    deliver_messages(queue, list_requests(version))
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 3, 3, 0)
    assert list_versions(ids) == {version}
