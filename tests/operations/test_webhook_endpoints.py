"""Creating, reading, changing and deleting webhook endpoints."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.webhooks.rules.endpoints import MAX_ENDPOINTS, Health
from parity.webhooks.store import keys
from parity.webhooks.store.endpoints import endpoint_store, health_to_item
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.moments import MOMENT
from tests.support.builders.webhooks import URL, create_endpoint, send_endpoint_update
from tests.support.fakes.functions import Reply, call, set_clock
from tests.support.fakes.tables import scan_items


def get_endpoint(endpoint_id: str) -> dict[str, Any]:
    return expect(call("webhook_endpoints/get", parameters={"endpointId": endpoint_id}), 200)


def rotate(endpoint_id: str, **headers: str) -> Reply:
    return call("webhook_endpoints/rotate", parameters={"endpointId": endpoint_id}, headers=headers)


def test_an_endpoint_is_answered_with_its_secret_once() -> None:
    reply = call("webhook_endpoints/create", body={"url": URL})
    body = expect(reply, 201)
    secret = body.pop("secret")
    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert body == {
        "id": body["id"],
        "url": URL,
        "eventTypes": None,
        "description": None,
        "signature": "standard",
        "enabled": True,
        "disabledReason": None,
        "failingSince": None,
        "previousSecretUntil": None,
        "version": 1,
        "createdOn": body["createdOn"],
        "modifiedOn": body["createdOn"],
    }
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == f"/api/v1/webhook-endpoints/{body['id']}"
    assert get_endpoint(body["id"]) == body
    assert expect(call("webhook_endpoints/list"), 200)["results"] == [body]


def test_kelviq_shows_the_same_secret_with_another_prefix() -> None:
    secret = create_endpoint(signature="kelviq")["secret"]
    assert secret.startswith("kq_whsec_")
    assert len(b64decode(secret.removeprefix("kq_whsec_"), validate=True)) == 32


def test_event_types_are_kept_in_one_order_and_once() -> None:
    types = ["subscription.created", "customer.created", "subscription.created"]
    assert create_endpoint(eventTypes=types)["eventTypes"] == ["customer.created", "subscription.created"]


def test_a_replayed_answer_has_no_secret_and_the_table_keeps_it_apart(parity_table: Table) -> None:
    first, again = [
        call("webhook_endpoints/create", body={"url": URL}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert again.body == first.body | {"secret": None}
    assert again.headers["idempotent-replayed"] == "true"
    holding = [
        item["PK"]
        for item in scan_items(parity_table)
        if first.body["secret"].removeprefix("whsec_") in repr(item)
    ]
    assert holding == [keys.webhook_secrets("")["PK"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": None}, "url"),
        ({"url": "http://shop.example"}, "url"),
        ({"url": "https://10.0.0.1"}, "url"),
        ({"url": "http://127.0.0.1"}, "url"),
        ({"url": URL, "eventTypes": []}, "eventTypes"),
        ({"url": URL, "eventTypes": ["customer.deleted"]}, "eventTypes"),
        ({"url": URL, "eventTypes": "customer.created"}, "eventTypes"),
        ({"url": URL, "signature": "none"}, "signature"),
        ({"url": URL, "enabled": "yes"}, "enabled"),
        ({"url": URL, "enabled": None}, "enabled"),
        ({"url": URL, "description": ""}, "description"),
        ({"url": URL, "secret": "mine"}, "secret"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    parity_table: Table, body: dict[str, Any], field: str
) -> None:
    assert set(wrong_fields(call("webhook_endpoints/create", body=body))) == {field}
    assert scan_items(parity_table) == []


def test_this_machine_may_be_an_endpoint_in_the_local_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_LOOPBACK_WEBHOOKS", "true")
    assert create_endpoint(url="http://127.0.0.1:8080/webhooks")["url"] == "http://127.0.0.1:8080/webhooks"


def test_there_are_only_so_many_endpoints() -> None:
    for _ in range(MAX_ENDPOINTS):
        create_endpoint()
    reply = call("webhook_endpoints/create", body={"url": URL})
    assert refusal(reply) == (409, "too_many_webhook_endpoints")
    assert expect(call("webhook_endpoints/list"), 200)["count"] == MAX_ENDPOINTS


def test_sent_fields_change_and_the_others_stay() -> None:
    before = create_endpoint(eventTypes=["customer.created"], description="Shop")
    endpoint_id = before["id"]
    after = expect(send_endpoint_update(endpoint_id, {"eventTypes": None, "signature": "kelviq"}), 200)
    changed = {"eventTypes": None, "signature": "kelviq", "version": 2, "modifiedOn": after["modifiedOn"]}
    del before["secret"]
    assert after == before | changed
    assert expect(send_endpoint_update(endpoint_id, {"description": None}), 200)["version"] == 3
    assert expect(send_endpoint_update(endpoint_id, {"description": None}), 200)["version"] == 3
    assert get_endpoint(endpoint_id)["eventTypes"] is None


@pytest.mark.parametrize(
    "body",
    [{"url": None}, {"signature": None}, {"enabled": None}, {"eventTypes": []}, {"id": "we_1"}],
    ids=str,
)
def test_a_field_that_cannot_be_so_is_named(body: dict[str, Any]) -> None:
    endpoint_id = create_endpoint()["id"]
    assert set(wrong_fields(send_endpoint_update(endpoint_id, body))) == set(body)


def test_if_match_allows_the_version_that_was_seen() -> None:
    endpoint_id = create_endpoint()["id"]
    assert send_endpoint_update(endpoint_id, {"enabled": False}, **{"If-Match": '"1"'}).status == 200
    stale = send_endpoint_update(endpoint_id, {"enabled": True}, **{"If-Match": '"1"'})
    assert refusal(stale) == (412, "precondition_failed")


def test_an_endpoint_is_disabled_and_enabled_again(parity_table: Table) -> None:
    endpoint_id = create_endpoint()["id"]
    fares_badly = Health(7, MOMENT, MOMENT + timedelta(minutes=1))
    parity_table.put_if_absent(health_to_item(endpoint_id, fares_badly))
    disabled = expect(send_endpoint_update(endpoint_id, {"enabled": False}), 200)
    assert (disabled["enabled"], disabled["disabledReason"]) == (False, "BY_HAND")
    assert disabled["failingSince"] == to_iso(MOMENT)
    enabled = expect(send_endpoint_update(endpoint_id, {"enabled": True}), 200)
    assert (enabled["enabled"], enabled["disabledReason"], enabled["failingSince"]) == (True, None, None)
    assert get_endpoint(endpoint_id) == enabled


def test_a_change_leaves_how_an_endpoint_fares(parity_table: Table) -> None:
    endpoint_id = create_endpoint()["id"]
    parity_table.put_if_absent(health_to_item(endpoint_id, Health(1, MOMENT)))
    assert expect(send_endpoint_update(endpoint_id, {"description": "Shop"}), 200)["failingSince"]
    assert endpoint_store().get(endpoint_id).health == Health(1, MOMENT)


def test_the_secret_before_a_rotation_is_good_for_a_day(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, "webhook_endpoints/rotate")
    created = create_endpoint()
    rotated = expect(rotate(created["id"]), 200)
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != created["secret"]
    assert rotated["previousSecretUntil"] == to_iso(MOMENT + timedelta(days=1))
    assert rotated["version"] == 2
    item = parity_table.get(keys.webhook_secrets(created["id"]))
    assert item
    stored = {name: f"whsec_{item[name]}" for name in ("secret", "previousSecret")}
    assert stored == {"secret": rotated["secret"], "previousSecret": created["secret"]}
    assert item["previousUntil"] == rotated["previousSecretUntil"]


def test_kelviq_has_no_overlap_of_secrets(parity_table: Table) -> None:
    created = create_endpoint()
    expect(rotate(created["id"]), 200)
    expect(send_endpoint_update(created["id"], {"signature": "kelviq"}), 200)
    rotated = expect(rotate(created["id"]), 200)
    assert rotated["secret"].startswith("kq_whsec_")
    assert rotated["previousSecretUntil"] is None
    item = parity_table.get(keys.webhook_secrets(created["id"]))
    assert item
    assert not item.keys() & {"previousSecret", "previousUntil"}


def test_a_rotation_that_is_sent_again_rotates_once() -> None:
    endpoint_id = create_endpoint()["id"]
    first, again = (
        rotate(endpoint_id, **{"Idempotency-Key": "k"}),
        rotate(endpoint_id, **{"Idempotency-Key": "k"}),
    )
    assert again.body == first.body | {"secret": None}
    assert get_endpoint(endpoint_id)["version"] == 2


def test_nothing_is_left_of_a_deleted_endpoint(parity_table: Table) -> None:
    endpoint_id = create_endpoint()["id"]
    parity_table.put_if_absent(health_to_item(endpoint_id, Health(1, MOMENT)))
    assert call("webhook_endpoints/delete", parameters={"endpointId": endpoint_id}).status == 204
    assert scan_items(parity_table) == []


@pytest.mark.parametrize("operation", ["get", "update", "delete", "rotate"])
@pytest.mark.parametrize("endpoint_id", ["we_0000000000000000", "we_", "x" * 2000, "a#HEALTH"])
def test_an_unknown_endpoint_is_not_found(operation: str, endpoint_id: str) -> None:
    create_endpoint()
    body: dict[str, Any] | None = {} if operation == "update" else None
    reply = call(f"webhook_endpoints/{operation}", parameters={"endpointId": endpoint_id}, body=body)
    assert refusal(reply) == (404, "webhook_endpoint_not_found")
