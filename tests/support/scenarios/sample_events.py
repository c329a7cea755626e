"""What must exist before the handler of each sample event can answer it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from parity.api_keys.rules.api_keys import ApiKeyKind, generate_key, new_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.core.times import now
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.webhooks.store.delivery_queue import delivery_queue
from tests.support.answers import expect
from tests.support.builders.catalog import (
    add_features,
    create_feature,
    create_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.customers import store_customer
from tests.support.builders.entitlements import create_grant, set_override
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.builders.webhooks import create_endpoint
from tests.support.fakes.functions import Context, call, load_handler, set_clock
from tests.support.fakes.gateway import load_sample_event

CUSTOMER = "fundacao-herminio-ometto"
SUBSCRIPTION = "3b5d2f2e-8f0a-4c57-9a0e-2f3d8b7a5510"
NUMBER = UUID("0f1e2d3c4b5a69788796a5b4c3d2e1f0")
"""Of the sample reservation, and of the sample grant."""

ENDPOINT = "0f1e2d3c4b5a6978"
"""In the id of the sample endpoint."""

REPORTED_ON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""Soon after the events of the samples."""

PRICES = [
    {"chargePeriod": period, "priceType": "PAID", "amount": "20.00", "currency": "USD"}
    for period in ("MONTHLY", "YEARLY")
]

Event = dict[str, Any]


def prepare_event(
    operation: str, monkeypatch: pytest.MonkeyPatch, queue: MigrationQueue, gateway: str = "core"
) -> Event:
    """Creates all that the sample event of the operation names; returns the event."""
    assert queue.url
    name = operation.replace("/", "_")
    event = load_sample_event(name if gateway == "core" else f"{name}_{gateway}")
    resource, _, verb = operation.partition("/")
    if prepare := PREPARATIONS.get(resource):
        prepare(resource, verb, monkeypatch)
    if operation == "api_keys/authorize":
        event["headers"]["Authorization"] = f"Bearer {_store_key(None, monkeypatch)}"
    elif resource == "api_keys":
        _store_key((event.get("pathParameters") or {}).get("keyId"), monkeypatch)
    return event


def _prepare_feature(_: str, verb: str, __: pytest.MonkeyPatch) -> None:
    if verb not in {"create", "list"}:
        create_feature("Exports")


def _prepare_customer(resource: str, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if (resource, verb) in {("customers", "create"), ("customers", "import")}:
        return
    store_customer("Sample", customer_id=CUSTOMER)
    if resource in {"customers", "customer_tokens", "activity"}:
        if verb in {"unarchive", "erase"}:
            assert call("customers/archive", parameters={"customerId": CUSTOMER}).status == 204
        return
    create_feature("Exports")
    _sell_pro()
    if verb != "create":
        subscribe_sample_customer(monkeypatch)
    if verb == "undo":
        expect(
            post_to_subscription("cancel", SUBSCRIPTION, {"cancellation_type": "CURRENT_PERIOD_ENDS"}), 200
        )


def _prepare_override(resource: str, _: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store_customer("Sample", customer_id=CUSTOMER)
    create_feature("Exports")
    if resource == "overrides":
        set_override(customer_id=CUSTOMER, value=5)
        return
    with monkeypatch.context() as patch:
        patch.setattr("parity.entitlements.service.grants.uuid4", lambda: NUMBER)
        create_grant(customer_id=CUSTOMER)


def subscribe_sample_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Creates the subscription that the sample events name."""
    body = {"plan_identifier": "pro", "charge_period": "MONTHLY", "customer_id": CUSTOMER}
    with monkeypatch.context() as patch:
        patch.setattr("parity.subscriptions.service.subscriptions.uuid4", lambda: SUBSCRIPTION)
        expect(call("subscriptions/create", body=body), 201)


def _sell_pro() -> None:
    create_plan("Pro")
    expect(add_features("pro", {"feature": "exports", "details": {"value": 100}}), 201)
    expect(replace_prices("pro", *PRICES), 200)
    expect(publish_plan("pro"), 200)


def _prepare_usage(resource: str, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for operation in ("report/event", "report/events"):
        set_clock(monkeypatch, operation, REPORTED_ON)
    store_customer("Sample", customer_id=CUSTOMER)
    create_feature("Exports")
    _sell_pro()
    subscribe_sample_customer(monkeypatch)
    if resource == "reservations" and verb in {"confirm", "release"}:
        with monkeypatch.context() as patch:
            patch.setattr("parity.usage.service.reservations.uuid4", lambda: NUMBER)
            body = {"featureId": "exports", "value": 5}
            expect(call("reservations/create", parameters={"customerId": CUSTOMER}, body=body), 201)


def _prepare_plan(resource: str, verb: str, _: pytest.MonkeyPatch) -> None:
    for name, feature_type in (("Exports", "METER"), ("SSO", "BOOLEAN")):
        create_feature(name, feature_type)
    if (resource, verb) == ("plans", "create"):
        return
    if resource == "plan_migrations":
        _sell_pro()
        expect(replace_prices("pro", *PRICES[:1]), 200)
        expect(publish_plan("pro", body={"updateFeatures": True}), 200)
        return
    create_plan("Pro")
    if (resource, verb) in {("plans", "publish"), ("plan_prices", "list")}:
        expect(replace_prices("pro", *PRICES), 200)
    if resource == "plan_features" and verb != "add":
        expect(add_features("pro", {"feature": "exports", "details": {"value": 100}}), 201)


def _prepare_endpoint(_: str, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if verb in {"create", "list"}:
        return
    with monkeypatch.context() as patch:
        patch.setattr("parity.webhooks.rules.endpoints.secrets.token_hex", lambda _: ENDPOINT)
        create_endpoint()
    queue = delivery_queue()
    queue.client.create_queue(QueueName=queue.url.rpartition("/")[2], Attributes={"FifoQueue": "true"})
    monkeypatch.setattr("parity.webhooks.service.connecting.socket.getaddrinfo", _find_no_name)
    if verb == "resend":
        message = load_sample_event("webhook_deliveries_deliver")
        load_handler("webhook_deliveries/deliver").handler(message, Context())


def _find_no_name(*_: object, **__: object) -> None:
    raise socket.gaierror


def _store_key(key_id: str | None, monkeypatch: pytest.MonkeyPatch) -> str:
    key = generate_key(ApiKeyKind.SECRET)
    if key_id:
        monkeypatch.setattr("parity.api_keys.rules.api_keys.key_id_of", lambda _: key_id)
    api_key_store().create(new_api_key(key, "Sample", now()))
    return key


PREPARATIONS: dict[str, Callable[[str, str, pytest.MonkeyPatch], None]] = {
    **dict.fromkeys(
        ("customers", "customer_tokens", "entitlements", "subscriptions", "activity"), _prepare_customer
    ),
    **dict.fromkeys(("overrides", "grants"), _prepare_override),
    **dict.fromkeys(("report", "reservations", "usage", "alerts"), _prepare_usage),
    **dict.fromkeys(
        ("plans", "plan_features", "plan_prices", "plan_migrations", "plan_subscribers"), _prepare_plan
    ),
    "features": _prepare_feature,
    **dict.fromkeys(
        ("webhook_endpoints", "webhook_logs", "webhook_events", "webhook_deliveries"), _prepare_endpoint
    ),
}
"""The preparation for each resource. It takes the resource and the operation on it."""
