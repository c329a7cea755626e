"""Every write that people ask for, or that time brings, says who made it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from parity.core.actors import MIGRATION, SCHEDULE, Actor, ActorKind
from parity.core.times import now
from parity.customers.store import keys as customer_keys
from parity.dynamodb import keys
from parity.dynamodb.actors import read_actor
from parity.dynamodb.items import Item
from parity.dynamodb.table import Table, table
from parity.entitlements.store import keys as entitlement_keys
from parity.metering.store import keys as metering_keys
from parity.subscriptions.store import keys as subscription_keys
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.usage.store import keys as usage_keys
from tests.support.answers import expect
from tests.support.builders.customers import create_customer
from tests.support.builders.subscriptions import create_subscription
from tests.support.fakes.event_sources import advance_due
from tests.support.fakes.functions import Reply, call
from tests.support.scenarios.migrations import finish_migration, publish_with_migration

KEY = Actor(ActorKind.API_KEY, "sk_4fQz…9Kd2")
ZOE = Actor(ActorKind.PERSON, "Zoë", "person_7d2c")
SIGNED_IN = {"principalId": "person_7d2c", "keyId": "person_7d2c", "keyKind": "person", "name": "Zo%C3%AB"}
ACME = {"customerId": "acme"}


def get_item(key: keys.Key) -> Item:
    item = table().get(key)
    assert item
    return item


def last_actor_of(key: keys.Key) -> Actor | None:
    return read_actor(get_item(key))


@pytest.mark.parametrize(
    "change",
    [
        lambda **by: call("customers/update", parameters=ACME, body={"name": "New"}, **by),
        lambda **by: call("customers/archive", parameters=ACME, **by),
        lambda **by: _archived("unarchive", **by),
        lambda **by: _archived("erase", **by),
    ],
)
def test_a_changed_customer_says_who_changed_it(parity_table: Table, change: Callable[..., Reply]) -> None:
    create_customer("Acme")
    assert last_actor_of(customer_keys.customer("acme")) == KEY
    assert change(caller=SIGNED_IN).status in {200, 204}
    assert last_actor_of(customer_keys.customer("acme")) == ZOE


def _archived(operation: str, **by: Any) -> Reply:  # noqa: ANN401
    assert call("customers/archive", parameters=ACME).status == 204
    return call(f"customers/{operation}", parameters=ACME, **by)


def test_an_imported_customer_says_who_imported_it(parity_table: Table) -> None:
    expect(call("customers/import", body=[{"name": "Acme"}], caller=SIGNED_IN), 200)
    assert last_actor_of(customer_keys.customer("acme")) == ZOE


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("update", {"plan_identifier": "team", "charge_period": "MONTHLY"}),
        ("cancel", {"cancellation_type": "IMMEDIATE"}),
        ("pay", {"outcome": "FAILED"}),
    ],
)
def test_a_changed_subscription_says_who_changed_it_and_the_customer_does_not(
    sold_to_acme: None, operation: str, body: dict[str, str]
) -> None:
    subscription_id = create_subscription()["id"]
    key = subscription_keys.subscription("acme", subscription_id)
    assert last_actor_of(key) == KEY
    parameters = {"subscriptionId": subscription_id}
    expect(call(f"subscriptions/{operation}", parameters=parameters, body=body, caller=SIGNED_IN), 200)
    assert last_actor_of(key) == ZOE
    assert last_actor_of(customer_keys.customer("acme")) == KEY


def test_what_time_does_is_the_schedules(sold_to_acme: None) -> None:
    key = subscription_keys.subscription("acme", create_subscription()["id"])
    assert advance_due(now() + timedelta(days=40)) == (1, 0)
    assert last_actor_of(key) == SCHEDULE


def test_a_migrated_subscription_says_so(pro_to_migrate: None, queue: MigrationQueue) -> None:
    key = subscription_keys.subscription("acme", create_subscription()["id"])
    version = publish_with_migration()
    finish_migration(version, queue)
    assert last_actor_of(key) == MIGRATION


@pytest.mark.parametrize("kind", ["override", "grant"])
def test_an_override_says_who_set_it_and_its_mark_who_removed_it(acme: str, kind: str) -> None:
    parameters, sent = {**ACME, "feature": "exports"}, {"type": kind, "value": 5}
    key = entitlement_keys.override("acme", kind, "exports")
    expect(call("overrides/set", parameters=parameters, body=sent, caller=SIGNED_IN), 200)
    assert last_actor_of(key) == ZOE
    assert call("overrides/remove", parameters=parameters, query=f"type={kind}").status == 204
    assert get_item(key).keys() == {"PK", "SK", "removedOn", "writeId", "expiresAt", "by"}
    assert last_actor_of(key) == KEY
    assert expect(call("overrides/list", parameters=ACME), 200)["results"] == []
    expect(call("overrides/set", parameters=parameters, body=sent), 200)
    assert get_item(key)["version"] == 1


def test_a_grant_says_who_gave_it_and_its_mark_who_took_it(acme: str) -> None:
    body = {"featureId": "exports", "value": 5}
    grant_id = expect(call("grants/create", parameters=ACME, body=body, caller=SIGNED_IN), 201)["grantId"]
    key = entitlement_keys.override("acme", "grant", *grant_id.split("."))
    assert last_actor_of(key) == ZOE
    assert call("grants/remove", parameters={**ACME, "grantId": grant_id}).status == 204
    assert last_actor_of(key) == KEY
    assert expect(call("grants/list", parameters=ACME), 200)["results"] == []


def test_a_reset_says_who_reset_it(acme: str) -> None:
    expect(call("usage/reset", parameters={**ACME, "feature": "exports"}, caller=SIGNED_IN), 200)
    (item,) = table().query_all(
        "PK = :pk AND begins_with(SK, :reset)",
        {":pk": metering_keys.usage("acme", "exports"), ":reset": usage_keys.USAGE_RESETS},
    )
    assert read_actor(item) == ZOE
