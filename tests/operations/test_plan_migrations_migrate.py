"""The queue's function: moves the subscribers of a plan to its new version."""

from __future__ import annotations

import json

import pytest

from parity.catalog.rules import migrations
from parity.catalog.store.migrations import migration_store
from parity.core.periods import ChargePeriod
from parity.dynamodb.table import Table
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.service.changes import Effective, Update, update_subscription
from parity.subscriptions.service.subscriptions import Offer
from parity.subscriptions.service.writes import SubscriptionTarget
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.subscriptions.store.subscribers import SubscriberSegment, subscriber_index
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import (
    MONTHLY,
    create_published_plan,
    edit_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.entitlements import recompute_and_check
from tests.support.builders.moments import DAY, START
from tests.support.builders.subscriptions import (
    create_subscription,
    load_subscription,
    post_to_subscription,
    subscribe_at,
)
from tests.support.fakes.event_sources import deliver_messages, get_migration, receive_messages
from tests.support.fakes.gateway import load_sample_event
from tests.support.fakes.tables import scan_items
from tests.support.scenarios.migrations import (
    finish_migration,
    list_requests,
    list_versions,
    publish_with_migration,
    read_progress,
    subscribe_many,
)

pytestmark = pytest.mark.usefixtures("pro_to_migrate")


def test_publishing_starts_a_migration_and_asks_for_the_first_chunk_of_each_segment(
    queue: MigrationQueue,
) -> None:
    ids = subscribe_many(3)
    version = publish_with_migration()
    asked = receive_messages(queue)
    assert asked == list_requests(version)
    assert {message["segment"] for message in asked} == set("0123456789abcdef")
    assert read_progress(version) == ("running", None, 0, 0)
    assert list_versions(ids) == {version - 1}


def test_chunk_after_chunk_moves_all_subscribers_of_a_segment(queue: MigrationQueue) -> None:
    ids = subscribe_many(5, segment="c")
    version = publish_with_migration()
    deliver_messages(queue)
    assert read_progress(version) == ("running", 5, 2, 0)
    assert list_versions(ids) == {version - 1, version}
    assert [message["segment"] for message in deliver_messages(queue)] == ["c"]
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 5, 5, 0)
    assert list_versions(ids) == {version}
    assert receive_messages(queue) == []
    assert migration_store().all_running() == []


def test_each_message_moves_subscribers_of_its_own_segment(queue: MigrationQueue) -> None:
    ids = {segment: subscribe_many(2, segment) for segment in "0af"}
    version = publish_with_migration()
    asked = {str(message["segment"]): message for message in receive_messages(queue)}
    deliver_messages(queue, [asked["a"]])
    moved = {segment: list_versions(of_segment) for segment, of_segment in ids.items()}
    assert moved == {"0": {version - 1}, "a": {version}, "f": {version - 1}}
    assert read_progress(version) == ("running", None, 2, 0)


@pytest.mark.parametrize("start", ["00", "ff", "A", "sub-1", "zz"])
def test_a_subscription_is_moved_whatever_its_id_begins_with(start: str, queue: MigrationQueue) -> None:
    """No id of Parity's own begins with anything but a hexadecimal digit."""
    ids = subscribe_many(3, start)
    version = publish_with_migration()
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 3, 3, 0)
    assert list_versions(ids) == {version}


def test_subscribers_get_the_entitlements_of_the_new_version(queue: MigrationQueue) -> None:
    subscription_id = create_subscription(features=[{"identifier": "exports", "quantity": 250}])["id"]
    finish_migration(publish_with_migration(), queue)
    entitlements = recompute_and_check()
    assert {name: entitlement.value for name, entitlement in entitlements.items()} == {
        "exports": 250,
        "calls": 500,
    }
    (source,) = entitlements["calls"].sources
    assert (source.id, source.plan_version) == (subscription_id, 3)


def test_subscribers_of_all_older_versions_are_moved(queue: MigrationQueue) -> None:
    ids = subscribe_many(3)
    expect(edit_plan(description="Third"), 200)
    expect(publish_plan("pro"), 200)
    ids += subscribe_many(3)
    assert list_versions(ids) == {2, 3}
    version = publish_with_migration()
    finish_migration(version, queue)
    assert list_versions(ids) == {4}
    assert read_progress(version) == ("completed", 6, 6, 0)


@pytest.mark.parametrize(
    ("wish", "features", "amount"),
    [
        ({"updateFeatures": True}, {"exports", "calls"}, "20.00"),
        ({"updateFeatures": False, "updatePricing": True}, {"exports"}, "30.00"),
        ({"updatePricing": True}, {"exports", "calls"}, "30.00"),
    ],
    ids=["features", "prices", "prices without saying more"],
)
def test_features_and_prices_are_migrated_as_requested(
    wish: dict[str, bool], features: set[str], amount: str, queue: MigrationQueue
) -> None:
    (subscription_id,) = subscribe_many(1)
    expect(replace_prices("pro", MONTHLY | {"amount": "30.00"}), 200)
    finish_migration(publish_with_migration(**wish), queue)
    terms = load_subscription(subscription_id).terms
    assert {given.feature for given in terms.entitlements} == features
    assert (terms.price.amount, terms.plan_version) == (amount, 3)


def test_an_ended_subscription_is_not_migrated(queue: MigrationQueue) -> None:
    ended, live = subscribe_many(2)
    expect(post_to_subscription("cancel", ended, {"cancellation_type": "IMMEDIATE"}), 200)
    version = publish_with_migration()
    finish_migration(version, queue)
    assert (list_versions([ended]), list_versions([live])) == ({version - 1}, {version})
    assert read_progress(version) == ("completed", 1, 1, 0)


@pytest.mark.parametrize("number", [0, 1])
def test_a_migration_of_hardly_any_subscribers_completes_after_one_message_per_segment(
    number: int, queue: MigrationQueue
) -> None:
    subscribe_many(number)
    version = publish_with_migration()
    assert len(deliver_messages(queue)) == 16
    assert read_progress(version) == ("completed", number, number, 0)
    assert receive_messages(queue) == []


@pytest.mark.parametrize("number", [10, 20])
def test_failures_of_all_segments_are_counted_and_the_first_ones_named_once(
    number: int, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "MAX_FAILURES_NAMED", 15)
    ids = subscribe_many(number, period=ChargePeriod.YEARLY)
    expect(replace_prices("pro", MONTHLY), 200)
    version = publish_with_migration(updatePricing=True)
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", number, 0, number)
    named = [failure["subscriptionId"] for failure in get_migration("pro", version)["failures"]]
    assert len(named) == len(set(named)) == min(number, 15)
    assert set(named) <= set(ids)


def test_subscribers_whose_price_was_removed_stay_and_are_named(queue: MigrationQueue) -> None:
    monthly = subscribe_many(2)
    yearly = subscribe_many(3, period=ChargePeriod.YEARLY)
    expect(replace_prices("pro", MONTHLY), 200)
    version = publish_with_migration(updatePricing=True)
    finish_migration(version, queue)
    assert (list_versions(monthly), list_versions(yearly)) == ({version}, {version - 1})
    assert read_progress(version) == ("completed", 5, 2, 3)
    failures = get_migration("pro", version)["failures"]
    assert {failure["subscriptionId"] for failure in failures} == set(yearly)
    assert {failure["detail"] for failure in failures} == {f"version {version} has no price for YEARLY"}


def test_a_second_migration_of_a_plan_waits_for_the_first(queue: MigrationQueue) -> None:
    subscribe_many(1)
    version = publish_with_migration()
    expect(edit_plan(description="Fourth"), 200)
    for body in ({"updateFeatures": True}, {}):
        assert refusal(publish_plan("pro", body=body)) == (409, "migration_running")
    finish_migration(version, queue)
    assert expect(publish_plan("pro", body={"updateFeatures": True}), 200)["version"] == version + 1


def test_another_plan_can_be_published_during_a_migration(queue: MigrationQueue) -> None:
    publish_with_migration()
    assert create_published_plan("Team")["version"] == 1
    assert len(receive_messages(queue)) == 16


def test_publishing_again_with_the_same_key_begins_no_second_one(
    queue: MigrationQueue, parity_table: Table
) -> None:
    expect(edit_plan(description="Third"), 200)
    wish = {"body": {"updateFeatures": True}, "headers": {"Idempotency-Key": "k"}}
    first = expect(publish_plan("pro", **wish), 200)
    before = scan_items(parity_table)
    assert expect(publish_plan("pro", **wish), 200) == first
    assert scan_items(parity_table) == before
    assert len(receive_messages(queue)) == 16


def test_publishing_succeeds_where_the_message_cannot_be_sent(queue: MigrationQueue) -> None:
    queue.client.delete_queue(QueueUrl=queue.url)
    version = publish_with_migration()
    assert read_progress(version) == ("running", None, 0, 0)
    assert migration_store().all_running() == [("pro", version)]


def test_the_sample_event_is_a_message_of_the_queue(queue: MigrationQueue) -> None:
    publish_with_migration()
    (record,) = load_sample_event("plan_migrations_migrate")["Records"]
    assert {json.loads(record["body"]).keys() == each.keys() for each in receive_messages(queue)} == {True}


def test_customers_who_subscribe_during_a_migration_get_the_new_version(queue: MigrationQueue) -> None:
    subscribe_many(3)
    version = publish_with_migration()
    deliver_messages(queue)
    newcomer = subscribe_at(START)
    assert list_versions([newcomer]) == {version}
    finish_migration(version, queue)
    assert read_progress(version) == ("completed", 3, 3, 0)


def test_the_subscribers_index_holds_the_live_ones_of_a_version(queue: MigrationQueue) -> None:
    subscribe_many(3)
    version = publish_with_migration()
    finish_migration(version, queue)
    index = subscriber_index()
    counts = {number: index.count(SubscriberSegment("pro", number)) for number in range(1, version + 1)}
    assert counts == {1: (0, 0), 2: (0, 0), version: (0, 3)}


def test_a_change_that_is_due_takes_effect_before_the_migration(queue: MigrationQueue) -> None:
    """The schedule is late: by the rules the subscription has had another plan since the end of February."""
    create_published_plan("Team", exports={"value": 5})
    subscription_id = subscribe_at(START)
    offer = Offer(plan="team", charge_period=ChargePeriod.MONTHLY)
    update = Update(offer, effective=Effective.PERIOD_END)
    update_subscription(subscription_stores(), SubscriptionTarget(subscription_id), update, START + DAY)
    period_end = load_subscription(subscription_id).period_end
    finish_migration(publish_with_migration(), queue)
    changed = load_subscription(subscription_id)
    assert (changed.terms.plan, changed.terms.plan_version, changed.changed_on) == ("team", 1, period_end)
