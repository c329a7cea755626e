"""DELETE /api/v1/customers/{customerId}."""

from __future__ import annotations

import pytest

from parity.customers.store import keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.customers import archive_customer, create_customer, get_customer
from tests.support.builders.subscriptions import create_subscription
from tests.support.fakes.functions import Reply, call


def send_archive(customer_id: str = "acme", **headers: str) -> Reply:
    return call("customers/archive", parameters={"customerId": customer_id}, headers=headers)


def test_an_archived_customer_keeps_everything_but_its_access() -> None:
    before = create_customer("Acme", email="a@x.example", metadata={"a": 1})
    reply = send_archive()
    assert (reply.status, reply.text) == (204, "")
    after = get_customer("acme")
    assert after["archivedOn"] == after["modifiedOn"] > before["modifiedOn"]
    changed = {"status": "archived", "version": 2}
    assert after == before | changed | {name: after[name] for name in ("archivedOn", "modifiedOn")}


def test_archiving_twice_is_the_same_as_once() -> None:
    create_customer("Acme")
    archive_customer("acme")
    once = get_customer("acme")
    archive_customer("acme")
    assert get_customer("acme") == once


def test_an_archived_identifier_is_not_free_again() -> None:
    create_customer("Acme")
    archive_customer("acme")
    reply = call("customers/create", body={"name": "Other", "customerId": "acme"})
    assert refusal(reply) == (409, "customer_already_exists")
    assert create_customer("Acme")["customerId"] != "acme"


def test_a_customer_with_live_subscriptions_is_not_archived(parity_table: Table) -> None:
    create_customer("Acme")
    parity_table.update(
        keys.customer("acme"), "SET liveSubscriptions = :n", "attribute_exists(PK)", {":n": 2}
    )
    reply = send_archive()
    assert refusal(reply) == (409, "customer_has_live_subscriptions")
    assert reply.body["subscriptions"] == 2
    after = get_customer("acme")
    assert (after["status"], after["subscriptions"]) == ("active", 2)


def test_an_unknown_customer_is_not_found(parity_table: Table) -> None:
    assert refusal(send_archive("nobody")) == (404, "customer_not_found")
    assert "Item" not in parity_table.client.get_item(
        TableName=parity_table.name, Key=to_wire(keys.customer("nobody"))
    )


def test_if_match_guards_archiving() -> None:
    create_customer("Acme")
    assert refusal(send_archive(**{"If-Match": '"7"'})) == (412, "precondition_failed")
    assert wrong_fields(send_archive(**{"If-Match": "7"})) == {"If-Match": 1}
    assert get_customer("acme")["status"] == "active"
    assert send_archive(**{"If-Match": '"1"'}).status == 204


@pytest.mark.parametrize("body", [None, ""])
def test_an_empty_body_of_any_type_is_not_read(body: str | None) -> None:
    create_customer("Acme")
    reply = call(
        "customers/archive", parameters={"customerId": "acme"}, body=body, headers={"Content-Type": "x/y"}
    )
    assert reply.status == 204


@pytest.mark.usefixtures("sold_to_acme")
def test_the_refusal_names_some_of_many_live_subscriptions() -> None:
    made = {create_subscription()["id"] for _ in range(21)}
    reply = send_archive()
    assert reply.body["subscriptions"] == 21
    named = [each["id"] for each in reply.body["blockedBy"]]
    assert len(named) == 20
    assert made.issuperset(named)
