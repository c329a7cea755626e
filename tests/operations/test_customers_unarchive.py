"""POST /api/v1/customers/{customerId}/unarchive."""

from __future__ import annotations

from tests.support.answers import answer, refusal, wrong_fields
from tests.support.builders.customers import archive, created, found, get
from tests.support.fakes.functions import Reply, call


def unarchive(customer_id: str = "acme", **headers: str) -> Reply:
    return call("customers/unarchive", parameters={"customerId": customer_id}, headers=headers)


def test_an_unarchived_customer_is_active_and_listed_again() -> None:
    before = created("Acme", metadata={"a": 1})
    archive("acme")
    reply = unarchive()
    after = answer(reply, 200)
    assert after == before | {"version": 3, "modifiedOn": after["modifiedOn"]}
    assert reply.headers["etag"] == '"3"'
    assert get("acme") == after
    assert found() == found("search=acme") == ["acme"]
    assert found("status=archived") == []


def test_unarchiving_an_active_customer_changes_nothing() -> None:
    before = created("Acme")
    assert answer(unarchive(), 200) == before


def test_an_unknown_customer_is_not_found() -> None:
    assert refusal(unarchive("nobody")) == (404, "customer_not_found")


def test_if_match_guards_unarchiving() -> None:
    created("Acme")
    archive("acme")
    assert refusal(unarchive(**{"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(unarchive(**{"If-Match": "2"})) == {"if-match": 1}
    assert get("acme")["status"] == "archived"
    assert unarchive(**{"If-Match": '"2"'}).status == 200
