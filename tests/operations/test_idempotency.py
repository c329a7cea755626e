"""The Idempotency-Key of every POST (docs/decisions/0028)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from parity.dynamodb import keys
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import make_hard_limit
from tests.support.builders.customers import archive_customer, create_customer, get_customer
from tests.support.builders.entitlements import subscribe_acme
from tests.support.builders.reports import reserve_usage
from tests.support.fakes.functions import Reply, call, invoke
from tests.support.fakes.gateway import make_rest_event
from tests.support.fakes.tables import scan_items

ACME = {"customerId": "acme"}
RESERVED, OTHER_RESERVED = UUID(int=1), UUID(int=2)
REPORT = {"customerId": "acme", "featureId": "exports", "behaviour": "DELTA", "value": 1}


def make_path(number: UUID) -> dict[str, str]:
    return {**ACME, "reservationId": f"exports.{number.hex}"}


OPERATIONS: dict[str, dict[str, Any]] = {
    "customers/create": {"body": {"name": "New"}},
    "customers/unarchive": {"parameters": {"customerId": "gone"}},
    "customers/erase": {"parameters": {"customerId": "gone"}},
    "customers/import": {"body": [{"name": "New"}, {"name": ""}]},
    "api_keys/create": {"body": {"name": "Server"}},
    "report/usage": {"body": REPORT},
    "reservations/create": {"parameters": ACME, "body": {"featureId": "exports", "value": 1}},
    "reservations/confirm": {"parameters": make_path(RESERVED), "body": {"value": 2}},
    "reservations/release": {"parameters": make_path(RESERVED)},
    "usage/reset": {"parameters": {**ACME, "feature": "exports"}, "body": {"note": "New"}},
    "grants/create": {"parameters": ACME, "body": {"featureId": "exports", "value": 1}},
}
OTHERS: dict[str, dict[str, Any]] = {
    **{operation: {"body": {"name": "Else"}} for operation in OPERATIONS},
    "customers/import": {"body": [{"name": "Else"}]},
    "report/usage": {"body": {**REPORT, "value": 2}},
    "reservations/create": {"body": {"featureId": "exports", "value": 2}},
    "reservations/confirm": {"body": {"value": 3}},
    "reservations/release": {"parameters": make_path(OTHER_RESERVED)},
    "usage/reset": {"body": {"note": "Else"}},
    "grants/create": {"body": {"featureId": "exports", "value": 2}},
}
"""A different body for the same key."""


@pytest.fixture(autouse=True)
def customers() -> None:
    """A customer who is archived, and one with two reservations."""
    create_customer("Gone")
    archive_customer("gone")
    subscribe_acme(make_hard_limit())
    for number in (RESERVED, OTHER_RESERVED):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("parity.usage.service.reservations.uuid4", lambda number=number: number)
            reserve_usage(1)


def send(operation: str, key: str = "key-1", **request: Any) -> Reply:  # noqa: ANN401
    return call(operation, **OPERATIONS[operation] | request, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_same_request_again_gets_the_first_answer_and_has_no_effect(
    operation: str, parity_table: Table
) -> None:
    first = send(operation)
    assert first.status < 300
    assert "idempotent-replayed" not in first.headers
    stored = scan_items(parity_table)
    again = send(operation)
    assert again.status == first.status
    assert again.body == first.body | ({"key": None} if operation == "api_keys/create" else {})
    assert again.headers == first.headers | {"idempotent-replayed": "true"}
    assert scan_items(parity_table) == stored


def rewrite_json(value: Any) -> Any:  # noqa: ANN401
    """The value with its names in snake case and its members in reverse order."""
    match value:
        case dict():
            members = [(re.sub("[A-Z]", r"_\g<0>", name).lower(), value[name]) for name in reversed(value)]
            return {name: rewrite_json(member) for name, member in members}
        case list():
            return [rewrite_json(part) for part in value]
    return value


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_body_of_the_same_meaning_gets_the_first_answer(operation: str, parity_table: Table) -> None:
    first = send(operation)
    stored = scan_items(parity_table)
    body = json.dumps(rewrite_json(OPERATIONS[operation].get("body", {})), indent=" \t\r\n")
    again = send(operation, body=body)
    assert (again.status, again.headers.get("idempotent-replayed")) == (first.status, "true")
    assert scan_items(parity_table) == stored


def test_equal_numbers_mean_the_same() -> None:
    first = send("report/usage")
    assert send("report/usage", body={**REPORT, "value": 1.0}).body == first.body
    reserved = send("reservations/create", "key-2")
    body = {"featureId": "exports", "value": 1.0}
    assert expect(send("reservations/create", "key-2", body=body), 201) == reserved.body


@pytest.mark.parametrize(
    ("table", "status"),
    [("email;name\r\n;New\r\nb@b.example;B\r\n", 200), ("name,email\nB,b@b.example\nNew,\n", 422)],
    ids=["in another order of columns", "in another order of rows"],
)
def test_rows_have_the_same_meaning_as_json_and_as_csv(table: str, status: int) -> None:
    first = send("customers/import", body=[{"name": "New"}, {"name": "B", "email": "b@b.example"}])
    headers = {"Idempotency-Key": "key-1", "Content-Type": "text/csv"}
    again = call("customers/import", body=table, headers=headers)
    assert (again.status, again.body == first.body) == (status, status == first.status)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_another_request_under_the_same_key_is_refused(operation: str, parity_table: Table) -> None:
    assert send(operation).status < 300
    stored = scan_items(parity_table)
    assert refusal(send(operation, **OTHERS[operation])) == (422, "idempotency_key_reused")
    assert scan_items(parity_table) == stored


def test_a_key_of_one_operation_is_not_free_for_another() -> None:
    send("customers/create", body={"name": "New"})
    assert refusal(send("api_keys/create", body={"name": "New"})) == (422, "idempotency_key_reused")


def test_the_first_answer_is_repeated_even_when_the_customer_has_changed() -> None:
    first = send("customers/create")
    call("customers/update", parameters={"customerId": "new"}, body={"name": "Newer"})
    assert send("customers/create").text == first.text
    assert get_customer("new")["name"] == "Newer"


def test_the_same_request_with_a_slash_and_in_base64_is_the_same() -> None:
    first = send("customers/create")
    event = make_rest_event(
        "POST", "/api/v1/customers", body=b'{"name": "New"}', headers={"idempotency-key": "key-1"}
    )
    event |= {"path": "/api/v1/customers/"}
    assert invoke("customers/create", event).body == first.body


def test_other_keys_are_other_requests() -> None:
    bodies = [send("customers/create", key).body for key in ("a", "b", "A", "a ")]
    assert len({body["customerId"] for body in bodies}) == 4


def test_a_refused_request_is_not_remembered() -> None:
    create_customer("Taken", customerId="t-1")
    body = {"name": "New", "customerId": "t-1"}
    assert refusal(send("customers/create", body=body)) == (409, "customer_already_exists")
    assert refusal(send("customers/create", body={"name": ""}))[0] == 400
    assert refusal(send("customers/unarchive", parameters={"customerId": "nobody"}))[0] == 404
    assert (
        expect(send("customers/create", body={"name": "New", "customerId": "n-1"}), 201)["customerId"]
        == "n-1"
    )


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "a\x00b", "é", "🎉"])
def test_a_key_that_no_header_could_carry_is_refused(key: str, parity_table: Table) -> None:
    stored = scan_items(parity_table)
    for operation in OPERATIONS:
        assert wrong_fields(send(operation, key)) == {"Idempotency-Key": 1}, operation
    assert scan_items(parity_table) == stored


def test_the_longest_key_is_accepted_and_kept_as_a_digest_only(parity_table: Table) -> None:
    key = "secret-" + "x" * 248
    assert send("customers/create", key).status == 201
    assert key not in repr(scan_items(parity_table))


def test_after_24_hours_the_key_is_free_again(parity_table: Table) -> None:
    first = send("customers/create")
    (record,) = [item for item in scan_items(parity_table) if item["PK"] == keys.idempotency("key-1")["PK"]]
    now = datetime.now(UTC)
    kept_until = datetime.fromtimestamp(record["expiresAt"], UTC)
    assert timedelta(hours=23) < kept_until - now <= timedelta(hours=24)
    parity_table.put_on_condition(
        record | {"expiresAt": int(now.timestamp()) - 1}, "attribute_exists(PK)", {}
    )
    second = send("customers/create")
    assert second.status == 201
    assert second.body["customerId"] != first.body["customerId"]
    assert send("customers/create").body == second.body
