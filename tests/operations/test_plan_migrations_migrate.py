"""The queue's function: moves the subscribers of a plan to its new version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parity.catalog.rules.errors import MigrationNotFoundError
from parity.catalog.store.migrations import MigrationStore, migration_store
from parity.core.periods import ChargePeriod
from parity.dynamodb.table import Table
from parity.subscriptions.service import migration as migrating
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.subscriptions.store.subscriptions import SubscriptionStore, subscription_store
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import (
    add_features,
    create_feature,
    create_published_plan,
    edit_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import recompute_and_check
from tests.support.builders.moments import START
from tests.support.builders.subscriptions import (
    create_subscription,
    load_subscription,
    post_to_subscription,
    subscribe_at,
)
from tests.support.fakes.event_sources import deliver_messages, get_migration, receive_messages
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event
from tests.support.fakes.tables import lose_first_answer, scan_items

MONTHLY = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}
YEARLY = MONTHLY | {"chargePeriod": "YEARLY", "amount": "200.00"}


@pytest.fixture(autouse=True)
def sold(monkeypatch: pytest.MonkeyPatch, queue: MigrationQueue) -> MigrationQueue:
    """`acme`, the published plan `pro` with 100 exports, by the month or the year, and chunks of two.

    Chunks are worked off in turn, as moto's transactions are not concurrent.
    """
    monkeypatch.setattr(migrating, "WORKERS", 1)
    monkeypatch.setattr(migrating, "CHUNK", 2)
    create_customer("Acme")
    create_feature("Exports")
    create_feature("Calls")
    create_published_plan("Pro", exports={"value": 100})
    expect(replace_prices("pro", MONTHLY, YEARLY), 200)
    expect(publish_plan("pro"), 200)
    return queue


def subscribers(number: int, **draft: Any) -> list[str]:  # noqa: ANN401
    return [subscribe_at(START, **draft) for _ in range(number)]


def published_anew(*, value: int = 500, **wish: bool) -> int:
    """The number of a version with so many calls beside the exports, published with a migration."""
    expect(add_features("pro", {"feature": "calls", "details": {"value": value}}), 201)
    body = {"updateFeatures": True} | wish
    published: dict[str, Any] = expect(publish_plan("pro", body=body), 200)
    assert published["migrating"] is True
    number: int = published["version"]
    return number


def versions(ids: list[str]) -> set[int]:
    return {load_subscription(subscription_id).terms.plan_version for subscription_id in ids}


def outcome(version: int) -> tuple[str, int | None, int, int]:
    shown = get_migration("pro", version)
    return shown["status"], shown["total"], shown["done"], shown["failed"]


def deliver_all(version: int, queue: MigrationQueue) -> None:
    while get_migration("pro", version)["status"] == "running":
        assert deliver_messages(queue)


def test_publishing_begins_one_and_asks_for_its_first_chunk(queue: MigrationQueue) -> None:
    ids = subscribers(3)
    version = published_anew()
    assert receive_messages(queue) == [{"plan": "pro", "version": version}]
    assert outcome(version) == ("running", None, 0, 0)
    assert versions(ids) == {version - 1}


def test_chunk_after_chunk_moves_all_subscribers(queue: MigrationQueue) -> None:
    ids = subscribers(5)
    version = published_anew()
    deliver_messages(queue)
    assert outcome(version) == ("running", 5, 2, 0)
    assert versions(ids) == {version - 1, version}
    for _ in range(5):
        deliver_messages(queue)
    assert outcome(version) == ("completed", 5, 5, 0)
    assert versions(ids) == {version}
    assert receive_messages(queue) == []
    assert migration_store().all_running() == []


def test_the_subscribers_get_what_the_new_version_gives(queue: MigrationQueue) -> None:
    subscription_id = create_subscription(features=[{"identifier": "exports", "quantity": 250}])["id"]
    deliver_all(published_anew(), queue)
    entitlements = recompute_and_check()
    assert {name: entitlement.value for name, entitlement in entitlements.items()} == {
        "exports": 250,
        "calls": 500,
    }
    (source,) = entitlements["calls"].sources
    assert (source.id, source.plan_version) == (subscription_id, 3)


def test_subscribers_of_all_older_versions_are_moved(queue: MigrationQueue) -> None:
    ids = subscribers(3)
    expect(edit_plan(description="Third"), 200)
    expect(publish_plan("pro"), 200)
    ids += subscribers(3)
    assert versions(ids) == {2, 3}
    version = published_anew()
    deliver_all(version, queue)
    assert versions(ids) == {4}
    assert outcome(version) == ("completed", 6, 6, 0)


@pytest.mark.parametrize(
    ("wish", "features", "amount"),
    [
        ({"updateFeatures": True}, {"exports", "calls"}, "20.00"),
        ({"updateFeatures": False, "updatePricing": True}, {"exports"}, "30.00"),
        ({"updatePricing": True}, {"exports", "calls"}, "30.00"),
    ],
    ids=["features", "prices", "prices without saying more"],
)
def test_features_and_prices_are_moved_as_wished(
    wish: dict[str, bool], features: set[str], amount: str, queue: MigrationQueue
) -> None:
    (subscription_id,) = subscribers(1)
    expect(replace_prices("pro", MONTHLY | {"amount": "30.00"}), 200)
    deliver_all(published_anew(**wish), queue)
    terms = load_subscription(subscription_id).terms
    assert {given.feature for given in terms.entitlements} == features
    assert (terms.price.amount, terms.plan_version) == (amount, 3)


def test_what_has_ended_is_left_as_it_was(queue: MigrationQueue) -> None:
    ended, live = subscribers(2)
    expect(post_to_subscription("cancel", ended, {"cancellation_type": "IMMEDIATE"}), 200)
    version = published_anew()
    deliver_all(version, queue)
    assert (versions([ended]), versions([live])) == ({version - 1}, {version})
    assert outcome(version) == ("completed", 1, 1, 0)


def test_a_plan_without_subscribers_is_done_after_one_message_per_version(queue: MigrationQueue) -> None:
    version = published_anew()
    deliver_all(version, queue)
    assert outcome(version) == ("completed", 0, 0, 0)


def test_those_whose_price_is_gone_stay_and_are_named(queue: MigrationQueue) -> None:
    monthly = subscribers(2)
    yearly = subscribers(3, period=ChargePeriod.YEARLY)
    expect(replace_prices("pro", MONTHLY), 200)
    version = published_anew(updatePricing=True)
    deliver_all(version, queue)
    assert (versions(monthly), versions(yearly)) == ({version}, {version - 1})
    assert outcome(version) == ("completed", 5, 2, 3)
    failures = get_migration("pro", version)["failures"]
    assert {failure["subscriptionId"] for failure in failures} == set(yearly)
    assert {failure["detail"] for failure in failures} == {f"version {version} has no price for YEARLY"}


def test_a_message_that_comes_twice_does_each_chunk_once(queue: MigrationQueue) -> None:
    ids = subscribers(5)
    version = published_anew()
    message = receive_messages(queue)
    for _ in range(8):
        deliver_messages(queue, message + message)
    assert outcome(version) == ("completed", 5, 5, 0)
    assert versions(ids) == {version}
    assert {load_subscription(subscription_id).version for subscription_id in ids} == {2}


def test_a_message_that_comes_after_the_end_changes_nothing(
    queue: MigrationQueue, parity_table: Table
) -> None:
    subscribers(1)
    version = published_anew()
    message = receive_messages(queue)
    deliver_messages(queue, message)
    deliver_all(version, queue)
    before = scan_items(parity_table)
    deliver_messages(queue, message)
    assert scan_items(parity_table) == before
    assert receive_messages(queue) == []


def test_one_that_was_overtaken_takes_nothing_back(
    queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribers(5)
    version = published_anew()
    read = SubscriptionStore.subscribers
    overtaken: list[bool] = []

    def read_and_be_overtaken(store: SubscriptionStore, *of: Any) -> Any:  # noqa: ANN401
        if not overtaken:
            overtaken.append(True)
            deliver_messages(queue, [{"plan": "pro", "version": version}])
            deliver_all(version, queue)
        return read(store, *of)

    monkeypatch.setattr(SubscriptionStore, "subscribers", read_and_be_overtaken)
    deliver_messages(queue)
    assert overtaken
    assert outcome(version) == ("completed", 5, 5, 0)
    assert receive_messages(queue) == []


class CrashError(Exception):
    """Where a process ends in the middle of its work."""


@pytest.mark.parametrize("chunk", range(4))
def test_after_a_crash_between_a_chunk_and_its_progress_it_goes_on(
    chunk: int, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribers(5)
    version = published_anew()
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
            assert deliver_messages(queue, [{"plan": "pro", "version": version}])
    assert len(writes) > chunk
    assert outcome(version) == ("completed", 5, 5, 0)
    assert versions(ids) == {version}
    assert {load_subscription(subscription_id).version for subscription_id in ids} == {2}


def test_a_crash_within_a_chunk_leaves_the_rest_to_the_next_attempt(
    queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribers(4)
    version = published_anew()
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
    deliver_messages(queue, [{"plan": "pro", "version": version}])
    deliver_all(version, queue)
    assert versions(ids) == {version}
    assert outcome(version) == ("completed", 4, 4, 0)


def test_a_lost_answer_does_not_count_a_chunk_twice(
    queue: MigrationQueue, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribers(2)
    version = published_anew()
    lost = lose_first_answer(parity_table, monkeypatch)
    deliver_all(version, queue)
    assert lost
    assert outcome(version) == ("completed", 2, 2, 0)
    assert versions(ids) == {version}


def test_a_second_migration_of_a_plan_waits_for_the_first(queue: MigrationQueue) -> None:
    subscribers(1)
    version = published_anew()
    expect(edit_plan(description="Fourth"), 200)
    for body in ({"updateFeatures": True}, {}):
        assert refusal(publish_plan("pro", body=body)) == (409, "migration_running")
    deliver_all(version, queue)
    assert expect(publish_plan("pro", body={"updateFeatures": True}), 200)["version"] == version + 1


def test_another_plan_is_published_meanwhile(queue: MigrationQueue) -> None:
    published_anew()
    assert create_published_plan("Team")["version"] == 1
    assert len(receive_messages(queue)) == 1


def test_publishing_again_with_the_same_key_begins_no_second_one(
    queue: MigrationQueue, parity_table: Table
) -> None:
    expect(edit_plan(description="Third"), 200)
    wish = {"body": {"updateFeatures": True}, "headers": {"Idempotency-Key": "k"}}
    first = expect(publish_plan("pro", **wish), 200)
    before = scan_items(parity_table)
    assert expect(publish_plan("pro", **wish), 200) == first
    assert scan_items(parity_table) == before
    assert len(receive_messages(queue)) == 1


def test_publishing_succeeds_where_the_message_cannot_be_sent(queue: MigrationQueue) -> None:
    queue.client.delete_queue(QueueUrl=queue.url)
    version = published_anew()
    assert outcome(version) == ("running", None, 0, 0)
    assert migration_store().all_running() == [("pro", version)]


def test_a_message_about_nothing_fails_and_so_ends_up_with_the_failures(queue: MigrationQueue) -> None:
    with pytest.raises(MigrationNotFoundError):
        deliver_messages(queue, [{"plan": "pro", "version": 99}])
    with pytest.raises(json.JSONDecodeError):
        load_handler("plan_migrations/migrate").handler({"Records": [{"body": "{"}]}, Context())


def test_its_sample_event_is_a_message_of_the_queue(queue: MigrationQueue) -> None:
    published_anew()
    (record,) = load_sample_event("plan_migrations_migrate")["Records"]
    (message,) = receive_messages(queue)
    assert json.loads(record["body"]).keys() == message.keys()


def test_those_who_subscribe_meanwhile_get_the_new_version(queue: MigrationQueue) -> None:
    subscribers(3)
    version = published_anew()
    deliver_messages(queue)
    newcomer = subscribe_at(START)
    assert versions([newcomer]) == {version}
    deliver_all(version, queue)
    assert outcome(version) == ("completed", 3, 3, 0)


def test_the_subscribers_index_holds_the_live_ones_of_a_version(queue: MigrationQueue) -> None:
    subscribers(3)
    version = published_anew()
    deliver_all(version, queue)
    store = subscription_store()
    counts = {number: store.count_subscribers("pro", number) for number in range(1, version + 1)}
    assert counts == {1: 0, 2: 0, version: 3}
