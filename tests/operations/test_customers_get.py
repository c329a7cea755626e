"""GET /api/v1/customers/{customerId}."""

from __future__ import annotations

import pytest

from tests.support.answers import expect, refusal
from tests.support.builders.customers import archive_customer, create_customer, get_customer
from tests.support.fakes.functions import call, invoke
from tests.support.fakes.gateway import make_rest_event

RESOURCE = "/api/v1/customers/{customerId}"


@pytest.mark.parametrize(
    ("identifier", "sent"),
    [
        ("acct-7731", "acct-7731"),
        ("a b@c+d", "a b@c+d"),
        ("a b@c+d", "a%20b%40c+d"),
        ("京都", "%E4%BA%AC%E9%83%BD"),
        ("caf\u00e9", "cafe\u0301"),
        ("unarchive", "unarchive"),
        ("$&'()*,;=:[]!~", "$&'()*,;=:[]!~"),
        ("{customerId}", "{customerId}"),
    ],
)
def test_a_customer_is_read_by_its_identifier_encoded_or_not(identifier: str, sent: str) -> None:
    create_customer(customerId=identifier)
    reply = call("customers/get", parameters={"customerId": sent})
    assert expect(reply, 200)["customerId"] == identifier
    assert reply.headers["etag"] == '"1"'


def test_the_path_may_end_in_a_slash() -> None:
    create_customer("Acme")
    event = make_rest_event("GET", RESOURCE, parameters={"customerId": "acme"})
    event |= {"resource": f"{RESOURCE}/", "path": "/api/v1/customers/acme/"}
    assert invoke("customers/get", event).body["customerId"] == "acme"


def test_an_archived_customer_can_be_read() -> None:
    create_customer("Acme")
    archive_customer("acme")
    assert get_customer("acme")["status"] == "archived"


@pytest.mark.parametrize("identifier", ["nobody", "Acme", "\x00", "..", "🎉", "a%2Fb", "\ufffd", "%FF"])
def test_an_unknown_identifier_is_not_found(identifier: str) -> None:
    create_customer("Acme")
    reply = call("customers/get", parameters={"customerId": identifier})
    assert refusal(reply) == (404, "customer_not_found")


def test_an_empty_identifier_reaches_no_customer() -> None:
    """The client libraries ask for `/customers//` when given an empty one (docs/contract.md T15)."""
    for operation in ("customers/get", "customers/update", "customers/archive"):
        assert refusal(call(operation, parameters={"customerId": ""}))[0] == 404, operation


def test_an_identifier_that_no_customer_can_have_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB refuses a key of more than 2,048 bytes."""
    monkeypatch.setattr("parity.dynamodb.table.Table.get", lambda *_, **__: pytest.fail("looked up"))
    reply = call("customers/get", parameters={"customerId": "x" * 3000})
    assert refusal(reply) == (404, "customer_not_found")
