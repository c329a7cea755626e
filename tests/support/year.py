"""What happens in a year: every function in the cases in which it does something else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parity.core.times import now, to_iso
from parity.customers.store.customers import customer_store
from parity.dynamodb.table import Table
from parity.subscriptions.service import migration as migrating
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.catalog import edit_plan, publish
from tests.support.catalogue_year import a_year_of_the_catalogue, call_at
from tests.support.customers import answer, created
from tests.support.entitlements import checked, explanation, set_clock
from tests.support.events import http_event, sample_event
from tests.support.handlers import call
from tests.support.migrations import messages
from tests.support.overrides import overrides, remove_override, set_override
from tests.support.subscribed import send, subscribed
from tests.support.watching import Watch

FUTURE = to_iso(now() + timedelta(days=100))
PERIOD_END = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
IMMEDIATE = {"cancellation_type": "IMMEDIATE"}


def a_year(watch: Watch, table: Table, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but usage, for which there is a year of its own."""
    _customers()
    _search_too_early(table, monkeypatch)
    a_year_of_the_catalogue()
    _subscriptions()
    _entitlements(watch)
    _migration(watch, queue, monkeypatch)
    _time(watch, monkeypatch)
    _overdue(monkeypatch)
    _keys(watch)
    _farewell()


def _customers() -> None:
    for _ in range(2):
        call("customers/create", body={"name": "Acme"}, headers={"Idempotency-Key": "acme"})
    for name in ("Beta", "Gone"):
        created(name)
    customer_store.cache_clear()  # an import that is the first to know of its month
    body = '[{"name": "Imported"}, {"name": "Other"}]'
    for _ in range(2):
        call("customers/import", body=body, headers={"Idempotency-Key": "import"})
    for query in ("", "search=acme", "search=a", "status=archived", "page=2&page_size=1"):
        call("customers/list", query=query)
    answer(call_at("customers/get", "customerId", "acme"), 200)
    for name in ("Acme Two", "Zeta"):
        answer(call_at("customers/update", "customerId", "acme", body={"name": name}), 200)
    for _ in range(2):
        call_at("customers/archive", "customerId", "gone")
        call_at("customers/unarchive", "customerId", "gone", headers={"Idempotency-Key": "unarchive"})


def _search_too_early(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search entry is there, and the profile is not yet where the read looks first."""
    with monkeypatch.context() as patch:
        patch.setattr(table, "batch_get", lambda *_, **__: [])
        assert answer(call("customers/list", query="search=beta"), 200)["count"] == 1


def _subscriptions() -> None:
    for _ in range(2):
        body = {"plan_identifier": "pro", "charge_period": "MONTHLY", "customer_id": "acme"}
        reply = call("subscriptions/create", body=body, headers={"Idempotency-Key": "s"})
    first = answer(reply, 201)["id"]
    second = subscribed(start_date=FUTURE)["id"]
    for query in ("", "customer_id=acme", "status=canceled", "page=2&page_size=1"):
        call("subscriptions/list", query=query)
    yearly = {"plan_identifier": "pro", "charge_period": "YEARLY"}
    for name in ("one", "two"):
        answer(send("preview", first, yearly), 200)
        answer(send("update", first, yearly, Idempotency_Key=name), 200)
        answer(send("update", first, yearly | {"effective": "PERIOD_END", "charge_period": "MONTHLY"}), 200)
        answer(send("undo", first, None, Idempotency_Key=f"undo {name}"), 200)
    for outcome in ("FAILED", "PAID", "FAILED"):
        send("pay", first, {"outcome": outcome}, Idempotency_Key=outcome)
    answer(send("cancel", first, PERIOD_END, Idempotency_Key="end"), 200)
    for _ in range(2):
        answer(send("cancel", second, IMMEDIATE, Idempotency_Key="now"), 200)
    answer(call_at("subscriptions/get", "subscriptionId", first), 200)
    assert call_at("customers/archive", "customerId", "acme").status == 409
    answer(send("undo", first), 200)


def _entitlements(watch: Watch) -> None:
    feature = answer(call_at("features/get", "feature", "exports"), 200)["id"]
    for name in ("exports", feature):
        answer(set_override(name, value=5), 200)
        assert remove_override(name).status == 204
    answer(set_override(type="grant", value=5), 200)
    assert overrides()
    _recompute(watch, "acme")
    assert checked()
    assert explanation(at=None)
    for name in ("nothing", feature):
        assert explanation(name, at=None)
    answer(
        call("entitlements/check_batch", body={"checks": [{"customerId": "acme", "featureId": "exports"}]}),
        200,
    )
    watch.run("entitlements/check", http_event("GET", "/api/v1/entitlements", query="customer_id=acme"))


def _recompute(watch: Watch, customer_id: str) -> None:
    event = sample_event("entitlements_recompute")
    event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = f"CUSTOMER#{customer_id}"
    assert watch.run("entitlements/recompute", event) == {"batchItemFailures": []}


def _migration(watch: Watch, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "CHUNK", 1)
    subscribed(customer_id="beta")
    answer(edit_plan(description="Newer"), 200)
    answer(publish("pro", body={"updateFeatures": True}), 200)
    watch.run("plan_migrations/resume", {})
    path = {"plan": "pro", "version": "2"}
    while answer(call("plan_migrations/get", parameters=path), 200)["status"] == "running":
        assert messages(queue)
        watch.run("plan_migrations/migrate", sample_event("plan_migrations_migrate"))


def _time(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewals, a change that comes true, and an end."""
    changing, ending = subscribed()["id"], subscribed(customer_id="beta")["id"]
    yearly = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
    answer(send("update", changing, yearly), 200)
    answer(send("cancel", ending, PERIOD_END), 200)
    set_clock(monkeypatch, "subscriptions/advance", now() + timedelta(days=40))
    report = watch.run("subscriptions/advance", {})
    assert (report["advanced"], report["failed"]) == (4, 0)


def _overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes of what the schedule has not come to yet first do what was due."""
    yearly = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
    ids = {verb: subscribed()["id"] for verb in ("cancel", "pay", "undo", "update")}
    for subscription_id in ids.values():
        answer(send("update", subscription_id, yearly), 200)
    later = {
        "cancellation_type": "SPECIFIC_DATE",
        "cancellation_date": f"{now() + timedelta(days=60):%Y-%m-%d}",
    }
    answer(send("cancel", ids["undo"], later), 200)
    bodies = {
        "cancel": PERIOD_END,
        "pay": {"outcome": "FAILED"},
        "undo": None,
        "update": yearly | {"charge_period": "MONTHLY"},
    }
    for verb, body in bodies.items():
        set_clock(monkeypatch, f"subscriptions/{verb}", now() + timedelta(days=40))
        answer(send(verb, ids[verb], body), 200)


def _keys(watch: Watch) -> None:
    body = {"name": "Key", "kind": "sk"}
    key, _ = (call("api_keys/create", body=body, headers={"Idempotency-Key": "k"}).body for _ in range(2))
    event = sample_event("api_keys_authorize")
    event["headers"]["Authorization"] = f"Bearer {key['key']}"
    watch.run("api_keys/authorize", event)
    call("api_keys/list")
    assert call_at("api_keys/revoke", "keyId", key["id"]).status == 204


def _farewell() -> None:
    assert call_at("plans/archive", "plan", "pro").status == 204
