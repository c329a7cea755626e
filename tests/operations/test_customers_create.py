"""POST /api/v1/customers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import create_customer, get_customer
from tests.support.fakes.functions import call, invoke
from tests.support.fakes.gateway import make_rest_event
from tests.support.fakes.tables import scan_items

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

ADDRESS = {
    "country": "DE",
    "line1": "Weg 1",
    "line2": None,
    "postalCode": "10115",
    "city": "Berlin",
    "state": "BE",
}
FULL: dict[str, Any] = {
    "name": "Marisol Quint",
    "customerId": "acct-7731",
    "email": "marisol@quint.example",
    "metadata": {"tier": "gold", "seats": 5, "nested": {"camelCase": [1.5, None, True, "\x00"]}},
    "billingId": "cus_Nf3m2x",
    "billingAddress": ADDRESS,
}


def test_a_customer_is_answered_with_every_field() -> None:
    reply = call("customers/create", body=FULL)
    body = expect(reply, 201)
    assert UUID.fullmatch(body.pop("id"))
    assert TIMESTAMP.fullmatch(body["createdOn"])
    assert body.pop("createdOn") == body.pop("modifiedOn")
    own: dict[str, Any] = {
        "details": {},
        "status": "active",
        "archivedOn": None,
        "erasedOn": None,
        "subscriptions": 0,
        "version": 1,
    }
    assert body == FULL | own
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["access-control-allow-origin"] == "*"


def test_a_created_customer_is_read_as_it_was_answered() -> None:
    assert create_customer(**FULL) == get_customer("acct-7731")


def test_a_name_is_enough_and_the_rest_is_null() -> None:
    body = create_customer("Müller & Söhne")
    assert body["customerId"] == "muller-sohne"
    assert [body[name] for name in ("email", "metadata", "billingId", "billingAddress")] == [None] * 4


def test_an_identifier_alone_is_the_name_too() -> None:
    body = expect(call("customers/create", body={"customerId": "acct-1"}), 201)
    assert (body["customerId"], body["name"]) == ("acct-1", "acct-1")


def test_keys_may_be_in_snake_case() -> None:
    address = {"postal_code" if name == "postalCode" else name: value for name, value in ADDRESS.items()}
    body = create_customer(
        "A", customer_id="a-1", billing_id="cus_1", billing_address=address, metadata={"a_b": 1, "aB": 2}
    )
    assert (body["customerId"], body["billingId"], body["billingAddress"]) == ("a-1", "cus_1", ADDRESS)
    assert body["metadata"] == {"a_b": 1, "aB": 2}


@pytest.mark.parametrize(
    "name", ["🎉", "&&&", "שלום", "شركة", "e\u0301a\u0308", "京都大学", "a" * 255, "\u200b", "\u0301"]
)
def test_a_name_of_any_script_is_kept_and_derives_an_identifier(name: str) -> None:
    body = create_customer(name)
    assert body["name"] == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", body["customerId"])
    assert get_customer(body["customerId"]) == body


def test_a_derived_identifier_that_exists_gets_a_suffix() -> None:
    assert create_customer("Acme")["customerId"] == "acme"
    assert re.fullmatch(r"acme-[2-9a-z]{5}", create_customer("Acme")["customerId"])


def test_a_given_identifier_that_exists_is_a_conflict_even_in_another_spelling(parity_table: Table) -> None:
    create_customer("First", customerId="caf\u00e9")
    before = scan_items(parity_table)
    for identifier in ("caf\u00e9", "cafe\u0301"):
        reply = call("customers/create", body={"name": "Second", "customerId": identifier})
        assert refusal(reply) == (409, "customer_already_exists")
        assert reply.body["errors"] == [{"pointer": "#/customerId", "detail": "is in use already."}]
    assert scan_items(parity_table) == before


@pytest.mark.parametrize("identifier", ["a" * 255, "\U0001f389" * 100])
def test_the_longest_identifiers_can_be_created_and_read(identifier: str) -> None:
    assert create_customer(customerId=identifier) == get_customer(identifier)


def test_an_email_is_kept_with_its_domain_in_lower_case() -> None:
    assert create_customer(email="Jane.Doe+x@EXAMPLE.Com")["email"] == "Jane.Doe+x@example.com"


@pytest.mark.parametrize("identifier", ["acct-1", "a b", "user@example.com", "京都"])
def test_the_location_is_where_the_customer_can_be_read(identifier: str) -> None:
    event = make_rest_event("POST", "/api/v1/customers", body={"customerId": identifier})
    location = invoke("customers/create", event).headers["location"]
    base = "https://api.example.com/dev/api/v1/customers"
    assert urljoin(base, location).startswith(f"{base}/")
    assert get_customer(location.rpartition("/")[2])["customerId"] == identifier


def test_the_path_may_end_in_a_slash_and_headers_may_be_in_any_case() -> None:
    event = make_rest_event("POST", "/api/v1/customers", body={"name": "Acme"})
    event |= {"resource": "/api/v1/customers/", "path": "/api/v1/customers/"}
    event |= {"headers": {name.upper(): value for name, value in event["headers"].items()}}
    event |= {"multiValueHeaders": {name: [value] for name, value in event["headers"].items()}}
    assert invoke("customers/create", event).status == 201


def test_headers_and_query_may_be_missing() -> None:
    nothing = dict.fromkeys(["headers", "multiValueHeaders", "queryStringParameters"])
    event = make_rest_event("POST", "/api/v1/customers", body={"name": "Acme"}) | nothing
    assert invoke("customers/create", event).status == 201


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"name"}),
    "null for all": ({"name": None, "customerId": None}, {"name"}),
    "an empty name": ({"name": ""}, {"name"}),
    "a blank name": ({"name": " \u3000"}, {"name"}),
    "a name of 256 characters": ({"name": "a" * 256}, {"name"}),
    "a NUL in the name": ({"name": "a\x00b"}, {"name"}),
    "a replacement character": ({"name": "a\ufffd"}, {"name"}),
    "a number for a name": ({"name": 5}, {"name"}),
    "a list for a name": ({"name": ["a"]}, {"name"}),
    "an empty identifier": ({"name": "a", "customerId": ""}, {"customerId"}),
    "an identifier of 256 characters": ({"name": "a", "customerId": "a" * 256}, {"customerId"}),
    "an identifier that grows": ({"name": "a", "customerId": "\U0001d160" * 255}, {"customerId"}),
    "a slash": ({"name": "a", "customerId": "a/b"}, {"customerId"}),
    "a question mark": ({"name": "a", "customerId": "a?b"}, {"customerId"}),
    "a hash": ({"name": "a", "customerId": "a#b"}, {"customerId"}),
    "a percent sign": ({"name": "a", "customerId": "a%b"}, {"customerId"}),
    "a dot": ({"name": "a", "customerId": "."}, {"customerId"}),
    "two dots": ({"name": "a", "customerId": ".."}, {"customerId"}),
    "the import's path": ({"name": "a", "customerId": "import"}, {"customerId"}),
    "a control character": ({"name": "a", "customerId": "a\x1fb"}, {"customerId"}),
    "snake case": ({"name": "a", "customer_id": "a/b"}, {"customerId"}),
    "no at sign": ({"name": "a", "email": "nope"}, {"email"}),
    "an empty email": ({"name": "a", "email": ""}, {"email"}),
    "two emails": ({"name": "a", "email": "a@b.example, c@d.example"}, {"email"}),
    "an email with a line break": ({"name": "a", "email": "a@b.example\n"}, {"email"}),
    "a long email": ({"name": "a", "email": f"{'a' * 250}@b.example"}, {"email"}),
    "metadata as a list": ({"name": "a", "metadata": [1]}, {"metadata"}),
    "metadata as text": ({"name": "a", "metadata": "{}"}, {"metadata"}),
    "metadata of over 16 KB": ({"name": "a", "metadata": {"a": "é" * 8200}}, {"metadata"}),
    "half an address": ({"name": "a", "billingAddress": {"country": "DE"}}, {"billingAddress"}),
    "an address as text": ({"name": "a", "billingAddress": "Weg 1"}, {"billingAddress"}),
    "an unknown field": ({"name": "a", "nope": 1}, {"nope"}),
    "a field that is ours": ({"name": "a", "version": 7, "id": "x"}, {"version", "id"}),
    "both cases of one field": ({"name": "a", "customerId": "a", "customer_id": "b"}, {"customerId"}),
    "several at once": ({"name": "", "email": "nope", "customerId": "/"}, {"name", "email", "customerId"}),
}


def test_each_wrong_field_is_named_and_nothing_is_stored(parity_table: Table) -> None:
    named = {
        case: set(wrong_fields(call("customers/create", body=body))) for case, (body, _) in WRONG.items()
    }
    assert named == {case: fields for case, (_, fields) in WRONG.items()}
    assert scan_items(parity_table) == []


HOSTILE: dict[str, tuple[str | bytes | None, str]] = {
    "no body": (None, "invalid_request"),
    "an empty body": ("", "invalid_request"),
    "null": ("null", "invalid_request"),
    "an array": ('[{"name": "a"}]', "invalid_request"),
    "text": ('"name"', "invalid_request"),
    "a number": ("5", "invalid_request"),
    "not JSON": ('{"name": "a"', "invalid_json"),
    "not UTF-8": (b'{"name": "\xff"}', "invalid_encoding"),
    "5,000 levels": ('{"name": "a", "metadata": ' + '{"a":' * 5000 + "1" + "}" * 5001, "invalid_json"),
    "40 levels": ('{"name": "a", "metadata": ' + '{"a":' * 40 + "1" + "}" * 41, "invalid_json"),
    "5,000 digits": ('{"name": "a", "metadata": {"a": %s}}' % ("9" * 5000), "invalid_json"),
    "NaN": ('{"name": "a", "metadata": {"a": NaN}}', "invalid_json"),
    "Infinity": ('{"name": "a", "metadata": {"a": -Infinity}}', "invalid_json"),
    "1e999": ('{"name": "a", "metadata": {"a": 1e999}}', "invalid_json"),
    "half a surrogate pair in the name": ('{"name": "a\\ud800"}', "invalid_json"),
    "half a surrogate pair in the metadata": (
        '{"name": "a", "metadata": {"a": ["\\udfff"]}}',
        "invalid_json",
    ),
    "half a surrogate pair in a key": ('{"name": "a", "metadata": {"\\ud83d": 1}}', "invalid_json"),
}


def test_a_hostile_body_is_refused_and_nothing_is_stored(parity_table: Table) -> None:
    codes = {case: refusal(call("customers/create", body=body)) for case, (body, _) in HOSTILE.items()}
    assert codes == {case: (400, code) for case, (_, code) in HOSTILE.items()}
    assert scan_items(parity_table) == []


def test_a_body_of_another_type_is_refused() -> None:
    for content_type in ("text/csv", "text/plain", "application/x-www-form-urlencoded"):
        reply = call("customers/create", body='{"name": "a"}', headers={"content-type": content_type})
        assert refusal(reply) == (415, "unsupported_media_type"), content_type


def test_an_integer_as_large_as_python_reads_is_kept_exactly() -> None:
    number = int("9" * 4300)
    assert create_customer(metadata={"a": number, "b": 2**53 + 1})["metadata"] == {
        "a": number,
        "b": 2**53 + 1,
    }
