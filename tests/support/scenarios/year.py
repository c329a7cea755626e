"""A year in which every function is called in each case in which it makes other requests."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.customers.store.customers import customer_store
from parity.dynamodb.table import Table
from parity.entitlements.rules import grants
from parity.entitlements.store.overrides import override_store
from parity.subscriptions.service import migration as migrating
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.answers import expect
from tests.support.builders.catalog import (
    COUNTED_FROM_EVENTS,
    add_features,
    create_feature,
    create_plan,
    edit_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import (
    check_entitlements,
    create_grant,
    explain_entitlement,
    list_grants,
    list_overrides,
    make_override,
    remove_grant,
    remove_override,
    send_grant,
    send_override,
)
from tests.support.builders.subscriptions import create_subscription, post_to_subscription
from tests.support.fakes.event_sources import receive_messages
from tests.support.fakes.functions import Reply, call, set_clock
from tests.support.fakes.gateway import load_sample_event, make_http_event
from tests.support.policies import AccessLog
from tests.support.scenarios.sample_events import PRICES
from tests.support.scenarios.usage_year import unsettle_counter
from tests.support.scenarios.webhooks_year import play_webhooks_year

IN_100_DAYS = to_iso(now() + timedelta(days=100))
PERIOD_END = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
IMMEDIATE = {"cancellation_type": "IMMEDIATE"}


def play_year(watch: AccessLog, table: Table, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """All functions but those of usage, which have a year of their own."""
    _change_customers()
    _erase_customer()
    _search_before_the_profile_is_indexed(table, monkeypatch)
    play_catalog_year()
    _change_subscriptions()
    _check_entitlements(watch)
    _migrate_subscribers(watch, queue, monkeypatch)
    _advance_subscriptions(watch, monkeypatch)
    _change_overdue_subscriptions(monkeypatch)
    _use_api_keys(watch)
    _use_customer_tokens(watch)
    _archive_plan()
    play_webhooks_year(watch, monkeypatch)


def _change_customers() -> None:
    for _ in range(2):
        call("customers/create", body={"name": "Acme"}, headers={"Idempotency-Key": "acme"})
    for name in ("Beta", "Gone"):
        create_customer(name)
    customer_store.cache_clear()  # an import that is the first to know of its month
    body = '[{"name": "Imported"}, {"name": "Other"}]'
    for _ in range(2):
        call("customers/import", body=body, headers={"Idempotency-Key": "import"})
    for query in ("", "search=acme", "status=archived", "page=2&page_size=1"):
        call("customers/list", query=query)
    expect(call("customers/preview", query="name=Acme"), 200)
    expect(call_on("customers/get", "customerId", "acme"), 200)
    for name in ("Acme Two", "Zeta"):
        expect(call_on("customers/update", "customerId", "acme", body={"name": name}), 200)
    for _ in range(2):
        call_on("customers/archive", "customerId", "gone")
        call_on("customers/unarchive", "customerId", "gone", headers={"Idempotency-Key": "unarchive"})


def _erase_customer() -> None:
    call_on("customers/archive", "customerId", "gone")
    for _ in range(2):
        call_on("customers/erase", "customerId", "gone", headers={"Idempotency-Key": "erase"})


def _search_before_the_profile_is_indexed(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search entry exists, and the first read does not find the profile yet."""
    with monkeypatch.context() as patch:
        patch.setattr(table, "batch_get", lambda *_, **__: [])
        assert expect(call("customers/list", query="search=beta"), 200)["count"] == 1


def _change_subscriptions() -> None:
    for _ in range(2):
        body = {"plan_identifier": "pro", "charge_period": "MONTHLY", "customer_id": "acme"}
        reply = call("subscriptions/create", body=body, headers={"Idempotency-Key": "s"})
    first = expect(reply, 201)["id"]
    second = create_subscription(start_date=IN_100_DAYS)["id"]
    for query in ("", "customer_id=acme", "status=canceled", "page=2&page_size=1"):
        call("subscriptions/list", query=query)
    yearly = {"plan_identifier": "pro", "charge_period": "YEARLY"}
    for name in ("one", "two"):
        expect(post_to_subscription("preview", first, yearly), 200)
        expect(post_to_subscription("update", first, yearly, Idempotency_Key=name), 200)
        expect(
            post_to_subscription(
                "update", first, yearly | {"effective": "PERIOD_END", "charge_period": "MONTHLY"}
            ),
            200,
        )
        expect(post_to_subscription("undo", first, None, Idempotency_Key=f"undo {name}"), 200)
    for outcome in ("FAILED", "PAID", "FAILED"):
        post_to_subscription("pay", first, {"outcome": outcome}, Idempotency_Key=outcome)
    expect(post_to_subscription("cancel", first, PERIOD_END, Idempotency_Key="end"), 200)
    for _ in range(2):
        expect(post_to_subscription("cancel", second, IMMEDIATE, Idempotency_Key="now"), 200)
    expect(call_on("subscriptions/get", "subscriptionId", first), 200)
    assert call_on("customers/archive", "customerId", "acme").status == 409
    expect(post_to_subscription("undo", first), 200)
    trialing = create_subscription(trial_end=IN_100_DAYS)["id"]
    expect(post_to_subscription("update", trialing, yearly | {"effective": "PERIOD_END"}), 200)
    expect(post_to_subscription("update", trialing, yearly | {"charge_period": "MONTHLY"}), 200)
    expect(post_to_subscription("cancel", trialing, PERIOD_END), 200)
    expect(post_to_subscription("update", trialing, yearly | {"trial_end": "now"}), 200)


def _check_entitlements(watch: AccessLog) -> None:
    feature = expect(call_on("features/get", "feature", "exports"), 200)["id"]
    for name in ("exports", feature):
        expect(send_override(name, value=5), 200)
        assert remove_override(name).status == 204
    assert list_overrides() == []
    _change_grants(feature)
    _recompute(watch, "acme")
    assert check_entitlements()
    assert explain_entitlement(at=None)
    for name in ("nothing", feature):
        assert explain_entitlement(name, at=None)
    expect(
        call("entitlements/check_batch", body={"checks": [{"customerId": "acme", "featureId": "exports"}]}),
        200,
    )
    watch.run("entitlements/check", make_http_event("GET", "/api/v1/entitlements", query="customer_id=acme"))


def _change_grants(feature_id: str) -> None:
    """The last one is added where the customer has one too many, which expired long ago."""
    for _ in range(2):
        first = expect(send_grant(key="grant"), 201)["grantId"]
    assert create_grant(featureId=feature_id)
    assert remove_grant(first).status == 204
    override_store().put("acme", make_override(number="old", expires_on=now() - timedelta(days=100)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grants, "MAX_GRANTS", 2)
        assert create_grant()
    assert len(list_grants()) == 2


def _recompute(watch: AccessLog, customer_id: str) -> None:
    event = load_sample_event("entitlements_recompute")
    event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = f"CUSTOMER#{customer_id}"
    assert watch.run("entitlements/recompute", event) == {"batchItemFailures": []}


def _migrate_subscribers(watch: AccessLog, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change to version 2 is pending; version 3 takes its subscriber along, and so needs no change."""
    monkeypatch.setattr(migrating, "CHUNK", 1)
    changing = create_subscription(customer_id="beta")["id"]
    monthly = {"plan_identifier": "pro", "charge_period": "MONTHLY", "effective": "PERIOD_END"}
    expect(edit_plan(description="Second"), 200)
    expect(publish_plan("pro", body={"updateFeatures": False}), 200)
    expect(post_to_subscription("update", changing, monthly), 200)
    unsettle_counter("beta", "exports")
    expect(edit_plan(description="Third"), 200)
    expect(publish_plan("pro", body={"updateFeatures": True}), 200)
    watch.run("plan_migrations/resume", {})
    path = {"plan": "pro", "version": "3"}
    while expect(call("plan_migrations/get", parameters=path), 200)["status"] == "running":
        for message in receive_messages(queue):
            event = load_sample_event("plan_migrations_migrate")
            event["Records"][0]["body"] = json.dumps(message)
            watch.run("plan_migrations/migrate", event)


def _advance_subscriptions(watch: AccessLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewals, a change that takes effect, and an end."""
    changing, ending = create_subscription()["id"], create_subscription(customer_id="beta")["id"]
    yearly = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
    expect(post_to_subscription("update", changing, yearly), 200)
    expect(post_to_subscription("cancel", ending, PERIOD_END), 200)
    set_clock(monkeypatch, "subscriptions/advance", now() + timedelta(days=40))
    report = watch.run_job("subscriptions/advance")
    assert (report["advanced"], report["failed"]) == (4, 0)
    _recompute(watch, "acme")


def _change_overdue_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of an overdue subscription first applies what is due."""
    yearly = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
    ids = {verb: create_subscription()["id"] for verb in ("cancel", "pay", "undo", "update")}
    for subscription_id in ids.values():
        expect(post_to_subscription("update", subscription_id, yearly), 200)
    later = {
        "cancellation_type": "SPECIFIC_DATE",
        "cancellation_date": f"{now() + timedelta(days=60):%Y-%m-%d}",
    }
    expect(post_to_subscription("cancel", ids["undo"], later), 200)
    bodies = {
        "cancel": PERIOD_END,
        "pay": {"outcome": "FAILED"},
        "undo": None,
        "update": yearly | {"charge_period": "MONTHLY"},
    }
    for verb, body in bodies.items():
        set_clock(monkeypatch, f"subscriptions/{verb}", now() + timedelta(days=40))
        expect(post_to_subscription(verb, ids[verb], body), 200)


def _use_api_keys(watch: AccessLog) -> None:
    body = {"name": "Key", "kind": "sk"}
    key, _ = (call("api_keys/create", body=body, headers={"Idempotency-Key": "k"}).body for _ in range(2))
    event = load_sample_event("api_keys_authorize")
    event["headers"]["Authorization"] = f"Bearer {key['key']}"
    watch.run("api_keys/authorize", event)
    call("api_keys/list")
    assert call_on("api_keys/revoke", "keyId", key["id"]).status == 204


def _use_customer_tokens(watch: AccessLog) -> None:
    event = load_sample_event("api_keys_authorize")
    token = expect(call_on("customer_tokens/create", "customerId", "acme"), 201)["token"]
    event["headers"]["Authorization"] = f"Bearer {token}"
    watch.run("api_keys/authorize", event)


def _archive_plan() -> None:
    assert call_on("plans/archive", "plan", "pro").status == 204


def call_on(operation: str, parameter: str, value: str, **request: Any) -> Reply:  # noqa: ANN401
    """Calls an operation on one thing, which the path names."""
    return call(operation, parameters={parameter: value}, **request)


def play_catalog_year() -> None:
    """Features and plans, published, changed and archived."""
    feature_id = _change_features()
    _change_plans(feature_id)
    for feature in (feature_id, "new"):
        assert call_on("features/archive", "feature", feature).status == 204


def _change_features() -> str:
    """Creates and reads features; returns the id of the last one."""
    for name, kind in (("Exports", "METER"), ("SSO", "BOOLEAN"), ("Old", "METER")):
        feature = create_feature(name, kind)
    create_feature("Tokens", **COUNTED_FROM_EVENTS)
    for _ in range(2):
        call(
            "features/create", body={"name": "New", "featureType": "METER"}, headers={"Idempotency-Key": "f"}
        )
        call("plans/create", body={"name": "Idle"}, headers={"Idempotency-Key": "p"})
    call("features/list", query="search=exp")
    for name in ("exports", feature["id"]):
        expect(call_on("features/get", "feature", name), 200)
        expect(call_on("features/update", "feature", name, body={"description": name}), 200)
    return str(feature["id"])


def _change_plans(feature_id: str) -> None:
    create_plan("Pro")
    details = {"value": 100}
    for body in ({"feature": "exports", "details": details}, {"feature": feature_id, "details": details}):
        expect(add_features("pro", body, headers={"Idempotency-Key": str(body)}), 201)
    path = {"plan": "pro", "feature": "exports"}
    expect(call("plan_features/update", parameters=path, body={"details": {"value": 200}}), 200)
    by_id = {"plan": "pro", "feature": feature_id}
    expect(call("plan_features/update", parameters=by_id, body={"details": {"value": 5}}), 200)
    assert call("plan_features/remove", parameters=by_id).status == 204
    expect(replace_prices("pro", *PRICES, headers={"Idempotency-Key": "prices"}), 200)
    for operation in ("plans/get", "plan_features/list", "plan_prices/list", "plan_subscribers/count"):
        expect(call_on(operation, "plan", "pro", query="version=1"), 200)
    for _ in range(2):
        expect(publish_plan("pro", headers={"Idempotency-Key": "publish"}), 200)
    call_on("plans/update", "plan", "pro", body={"description": "New"})
    call_on("plans/discard", "plan", "pro")
    assert call_on("plans/discard", "plan", "idle").status == 204
    call("plans/list", query="search=pro")
    call("plans/list", query="feature=exports")
