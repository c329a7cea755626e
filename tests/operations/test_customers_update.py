"""PATCH /api/v1/customers/{customerId}."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import archive_customer, create_customer, get_customer
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import scan_items

FULL: dict[str, Any] = {
    "email": "a@x.example",
    "metadata": {"a": 1, "b": 2},
    "billingId": "cus_1",
    "billingAddress": {
        "country": "DE",
        "line1": "x",
        "line2": "y",
        "postalCode": "1",
        "city": "c",
        "state": "s",
    },
}


def send_update(body: Any, customer_id: str = "acme", **headers: str) -> Reply:  # noqa: ANN401
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return call("customers/update", parameters={"customerId": customer_id}, body=body, headers=sent)


def test_a_field_that_is_left_out_stays_the_same() -> None:
    before = create_customer("Acme", **FULL)
    reply = send_update({"name": "Zeta"})
    after = expect(reply, 200)
    assert reply.headers["etag"] == '"2"'
    assert after["modifiedOn"] > before["modifiedOn"]
    assert after == before | {"name": "Zeta", "version": 2, "modifiedOn": after["modifiedOn"]}
    assert get_customer("acme") == after


def test_null_clears_a_field() -> None:
    create_customer("Acme", **FULL)
    after = expect(send_update(dict.fromkeys(FULL)), 200)
    assert [after[name] for name in FULL] == [None] * 4
    assert get_customer("acme") == after


def test_metadata_and_address_are_replaced_as_a_whole() -> None:
    create_customer("Acme", **FULL)
    address = {"country": "FR", "line1": "z", "postal_code": "2", "city": "p", "state": "q"}
    after = expect(send_update({"metadata": {"c": 3}, "billing_address": address}), 200)
    assert after["metadata"] == {"c": 3}
    assert after["billingAddress"] == FULL["billingAddress"] | {
        "country": "FR", "line1": "z", "line2": None, "postalCode": "2", "city": "p", "state": "q"
    }  # fmt: skip


@pytest.mark.parametrize(
    "body", [{}, {"name": "Acme"}, {**FULL, "name": "Acme"}], ids=["nothing", "name", "all"]
)
def test_an_update_without_a_change_keeps_the_version(body: dict[str, Any], parity_table: Table) -> None:
    before = create_customer("Acme", **FULL)
    stored = scan_items(parity_table)
    reply = send_update(body)
    assert expect(reply, 200) == before
    assert reply.headers["etag"] == '"1"'
    assert scan_items(parity_table) == stored


def test_true_is_not_1() -> None:
    create_customer("Acme", metadata={"flag": 1})
    assert expect(send_update({"metadata": {"flag": True}}), 200)["metadata"]["flag"] is True


@pytest.mark.parametrize("name", ["customerId", "customer_id"])
@pytest.mark.parametrize("value", ["other", "acme", None])
def test_the_identifier_cannot_be_changed(name: str, value: str | None) -> None:
    before = create_customer("Acme")
    reply = send_update({"name": "Zeta", name: value})
    assert wrong_fields(reply) == {"customerId": 1}
    assert "never be changed" in reply.body["detail"]
    assert get_customer("acme") == before


def test_wrong_fields_are_named_and_nothing_is_changed() -> None:
    before = create_customer("Acme")
    wrong: dict[str, Any] = {"name": None, "email": "nope", "metadata": [], "nope": 1, "version": 1}
    for name, value in wrong.items():
        assert set(wrong_fields(send_update({name: value}))) == {name}
    hostile: list[Any] = [[], [{"name": "Zeta"}], "x", 5, b"\xff", "{", None]
    for body in hostile:
        assert refusal(send_update(body))[0] == 400, body
    assert refusal(send_update({"name": "Zeta"}, content_type="text/plain")) == (
        415,
        "unsupported_media_type",
    )
    assert get_customer("acme") == before


def test_an_archived_customer_cannot_be_changed() -> None:
    create_customer("Acme")
    archive_customer("acme")
    before = get_customer("acme")
    for body in ({"name": "Zeta"}, {}):
        assert refusal(send_update(body)) == (409, "customer_archived")
    assert get_customer("acme") == before


def test_an_unknown_customer_is_not_found() -> None:
    assert refusal(send_update({"name": "Zeta"}, "nobody")) == (404, "customer_not_found")


@pytest.mark.parametrize("if_match", ['"2"', 'W/"2"', '"1", "2"', "*"])
def test_if_match_with_the_current_version_lets_the_change_pass(if_match: str) -> None:
    create_customer("Acme")
    send_update({"name": "Zeta"})
    assert expect(send_update({"name": "Eta"}, if_match=if_match), 200)["version"] == 3


@pytest.mark.parametrize("if_match", ['"1"', '"3", "1"', '"99"'])
def test_if_match_with_another_version_refuses_the_change(if_match: str) -> None:
    create_customer("Acme")
    send_update({"name": "Zeta"})
    reply = send_update({"name": "Eta"}, if_match=if_match)
    assert refusal(reply) == (412, "precondition_failed")
    assert '"2"' in reply.body["detail"]
    assert get_customer("acme")["name"] == "Zeta"


def test_an_if_match_that_is_no_etag_is_refused() -> None:
    create_customer("Acme")
    for if_match in ("1", "", "abc", '"a"'):
        assert wrong_fields(send_update({"name": "Zeta"}, if_match=if_match)) == {"If-Match": 1}, if_match
    assert get_customer("acme")["version"] == 1


def test_a_change_between_read_and_write_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody changes the email between our read and our write: both changes are kept."""
    create_customer("Acme")
    from parity.customers.store.customers import CustomerStore  # noqa: PLC0415

    replace = CustomerStore.replace

    def write_after_another(store: CustomerStore, *args: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(CustomerStore, "replace", replace)
        send_update({"email": "b@x.example"})
        replace(store, *args)

    monkeypatch.setattr(CustomerStore, "replace", write_after_another)
    after = expect(send_update({"name": "Zeta"}), 200)
    assert (after["name"], after["email"], after["version"]) == ("Zeta", "b@x.example", 3)
