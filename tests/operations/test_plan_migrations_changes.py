"""Migrations take pending and unpaid changes to the plan along, whatever the present plan is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.dynamodb.table import Table
from parity.subscriptions.store import keys
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.answers import expect
from tests.support.builders.catalog import (
    MONTHLY,
    add_features,
    create_published_plan,
    edit_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.entitlements import recompute_and_check
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    advance_subscription,
    create_subscription,
    get_subscription,
    load_subscription,
    post_to_subscription,
    update_subscription,
)
from tests.support.fakes.event_sources import get_migration
from tests.support.fakes.functions import load_handler
from tests.support.fakes.tables import scan_items
from tests.support.scenarios.migrations import finish_migration, publish_with_migration

UNPAID = {"payment_behavior": "activate_on_payment"}
PENDING = {"effective": "PERIOD_END"}


@pytest.fixture(autouse=True)
def basic_plan(pro_to_migrate: None) -> None:
    """Another plan than the one that is migrated."""
    create_published_plan("Basic", exports={"value": 1})


def subscribe_to_basic(change: dict[str, str]) -> str:
    """The id of a subscription to `basic` with such a change to `pro`."""
    subscription_id: str = create_subscription(plan_identifier="basic")["id"]
    update_subscription(subscription_id, "pro", **change)
    return subscription_id


def list_places(table: Table) -> list[str]:
    """What the items of changes to come are in the index of subscribers."""
    items = scan_items(table)
    return sorted(item["subscribersPK"] for item in items if keys.is_change_to_come(item))


def test_a_pending_change_from_another_plan_leads_to_the_new_version(queue: MigrationQueue) -> None:
    subscription_id = subscribe_to_basic(PENDING)
    version = publish_with_migration()
    finish_migration(version, queue)
    found = get_subscription(subscription_id)
    assert (found["plan"]["identifier"], found["planVersion"]) == ("basic", 1)
    pending = found["pendingChange"]
    assert (pending["planIdentifier"], pending["planVersion"]) == ("pro", version)
    end = load_subscription(subscription_id).period_end
    assert end
    limits = [
        {name: each.value for name, each in recompute_and_check(at).items()}
        for at in (end - timedelta(seconds=1), end)
    ]
    assert limits == [{"exports": 1}, {"exports": 100, "calls": 500}]
    changed = advance_subscription(subscription_id, end)
    assert (changed["plan"]["identifier"], changed["planVersion"]) == ("pro", version)


def test_an_unpaid_change_leads_to_the_new_version(queue: MigrationQueue) -> None:
    subscription_id = subscribe_to_basic(UNPAID)
    before = get_subscription(subscription_id)["unpaidChange"]
    version = publish_with_migration()
    finish_migration(version, queue)
    assert get_subscription(subscription_id)["unpaidChange"] == before | {"planVersion": version}
    paid = expect(post_to_subscription("pay", subscription_id, {"outcome": "SUCCEEDED"}), 200)
    assert (paid["plan"]["identifier"], paid["planVersion"]) == ("pro", version)


def test_a_subscription_that_has_ended_by_time_keeps_its_version(
    queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the schedule has not advanced it yet."""
    subscription_id = create_subscription()["id"]
    post_to_subscription("cancel", subscription_id, {"cancellation_type": "CURRENT_PERIOD_ENDS"})
    before = load_subscription(subscription_id)
    version = publish_with_migration()
    monkeypatch.setattr(load_handler("plan_migrations/migrate"), "now", lambda: before.period_end)
    finish_migration(version, queue)
    assert load_subscription(subscription_id) == before


def test_a_change_within_the_plan_goes_along_with_the_present_terms(queue: MigrationQueue) -> None:
    subscription_id = create_subscription()["id"]
    update_subscription(subscription_id, "pro", "YEARLY", **PENDING)
    version = publish_with_migration()
    finish_migration(version, queue)
    found = get_subscription(subscription_id)
    assert (found["planVersion"], found["pendingChange"]["planVersion"]) == (version, version)


def test_a_change_to_the_version_that_the_migration_brings_is_dropped(
    queue: MigrationQueue, parity_table: Table
) -> None:
    """Another version was published without a migration, and a change to it was pending."""
    subscription_id = create_subscription()["id"]
    expect(edit_plan(description="Third"), 200)
    expect(publish_plan("pro"), 200)
    update_subscription(subscription_id, "pro", **PENDING)
    assert get_subscription(subscription_id)["pendingChange"]["planVersion"] == 3
    finish_migration(publish_with_migration(), queue)
    found = get_subscription(subscription_id)
    assert (found["planVersion"], found["pendingChange"]) == (4, None)
    assert list_places(parity_table) == []


def test_the_migration_says_how_many_changes_it_took_along(queue: MigrationQueue) -> None:
    """One to each of two versions, one that is undone, and two live subscriptions to the plan."""
    subscribe_to_basic(PENDING)
    expect(edit_plan(description="Third"), 200)
    expect(publish_plan("pro"), 200)
    for change in (PENDING, UNPAID):
        subscribe_to_basic(change)
    expect(post_to_subscription("undo", subscribe_to_basic(PENDING)), 200)
    for _ in range(2):
        create_subscription()
    version = publish_with_migration()
    assert get_migration("pro", version)["changesToCome"] is None
    finish_migration(version, queue)
    shown = get_migration("pro", version)
    assert [shown[name] for name in ("total", "changesToCome", "done", "failed")] == [5, 3, 5, 0]


def test_without_a_migration_changes_stay_as_they_are(parity_table: Table) -> None:
    subscription_id = subscribe_to_basic(PENDING)
    before = get_subscription(subscription_id)
    expect(add_features("pro", {"feature": "calls", "details": {"value": 500}}), 201)
    expect(publish_plan("pro"), 200)
    assert get_subscription(subscription_id) == before
    assert list_places(parity_table) == [keys.plan_subscribers("pro", 2)]


def test_a_change_whose_price_was_removed_stays_and_is_named(queue: MigrationQueue) -> None:
    subscription_id = create_subscription()["id"]
    update_subscription(subscription_id, "pro", "YEARLY", **PENDING)
    expect(replace_prices("pro", MONTHLY), 200)
    version = publish_with_migration(updatePricing=True)
    finish_migration(version, queue)
    found = get_subscription(subscription_id)
    assert (found["planVersion"], found["pendingChange"]["planVersion"]) == (version, version - 1)
    shown = get_migration("pro", version)
    assert [shown[name] for name in ("total", "changesToCome", "done", "failed")] == [2, 1, 1, 1]
    detail = f"its change to come: version {version} has no price for {ChargePeriod.YEARLY}"
    assert shown["failures"] == [{"subscriptionId": subscription_id, "detail": detail}]


def test_a_change_that_takes_effect_during_the_migration_is_found_as_a_subscriber(
    queue: MigrationQueue,
) -> None:
    subscription_id = subscribe_to_basic(PENDING)
    version = publish_with_migration()
    end = load_subscription(subscription_id).period_end
    assert end
    assert advance_subscription(subscription_id, end)["planVersion"] == version - 1
    finish_migration(version, queue)
    assert get_subscription(subscription_id)["planVersion"] == version


def test_a_change_that_is_due_and_was_not_advanced_yet_is_moved_as_a_subscriber(
    queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chunk that finds the change is the last one: nothing behind it would find the subscriber."""
    subscription_id = subscribe_to_basic(PENDING)
    version = publish_with_migration()
    end = load_subscription(subscription_id).period_end
    monkeypatch.setattr(load_handler("plan_migrations/migrate"), "now", lambda: end)
    finish_migration(version, queue)
    found = load_subscription(subscription_id)
    assert (found.terms.plan, found.terms.plan_version, found.change) == ("pro", version, None)


def test_only_a_change_to_come_has_a_place_among_the_subscribers(parity_table: Table) -> None:
    subscription_id = subscribe_to_basic(PENDING)
    assert list_places(parity_table) == ["PLAN#pro#v2"]
    update_subscription(subscription_id, "pro", **UNPAID)
    assert list_places(parity_table) == ["PLAN#pro#v2"] * 2
    update_subscription(subscription_id, "basic")
    assert list_places(parity_table) == []
    update_subscription(subscription_id, "pro", **UNPAID)
    advance_subscription(subscription_id, now() + DAY)
    assert list_places(parity_table) == []
    update_subscription(subscription_id, "pro", **PENDING)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    assert list_places(parity_table) == []
