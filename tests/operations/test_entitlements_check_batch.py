"""POST /api/v1/entitlements/check: up to 100 checks in one request."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.store.overrides import override_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.counters import store_counter, store_reservation
from tests.support.builders.customers import archive_customer, create_customer, store_customer
from tests.support.builders.entitlements import explain_entitlement, make_override, recompute_snapshot
from tests.support.builders.moments import MOMENT, TICK
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import Reply, call, invoke, set_clock
from tests.support.fakes.gateway import make_http_event

BATCH = "entitlements/check_batch"
PATH = "/api/v1/entitlements/check"


@pytest.fixture(autouse=True)
def customer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer `acme` with a hundred exports; the clock stands at MOMENT."""
    create_customer("Acme")
    override_store().put("acme", make_override(SourceKind.OVERRIDE, value=100))
    recompute_snapshot()
    set_clock(monkeypatch, BATCH)


def make_check(customer_id: str = "acme", feature_id: str = "exports", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"customerId": customer_id, "featureId": feature_id, **more}


def send_checks(*checks: Any) -> Reply:  # noqa: ANN401
    return call(BATCH, body={"checks": list(checks)})


def list_answers(*checks: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = expect(send_checks(*checks), 200)["results"]
    return rows


def test_an_answer_is_the_rich_one_with_its_customer() -> None:
    assert list_answers(make_check()) == [{"customerId": "acme", **explain_entitlement()}]


def test_answers_keep_the_order_of_checks_and_repeat_repeated_ones() -> None:
    create_customer("Beta")
    asked = [
        make_check("beta"),
        make_check(),
        make_check("nobody"),
        make_check("acme", "calls"),
        make_check(),
        make_check("beta"),
    ]
    rows = list_answers(*asked)
    assert [(row["customerId"], row["featureId"]) for row in rows] == [
        (check["customerId"], check["featureId"]) for check in asked
    ]
    assert rows[1] == rows[4]
    assert [row["hasAccess"] for row in rows] == [False, True, False, False, True, False]


def test_every_denial_has_its_reason(parity_table: Table) -> None:
    create_customer("Gone")
    archive_customer("gone")
    store_counter(parity_table, "exports", 95)
    asked = [
        (make_check("nobody"), "CustomerNotFound"),
        (make_check("x" * 300), "CustomerNotFound"),
        (make_check("gone"), "CustomerIsArchived"),
        (make_check("acme", "calls"), "NoActiveSubscription"),
        (make_check(requestedUsage=6), "RequestedUsageExceedingLimit"),
        (make_check(requestedUsage=5), None),
        (make_check(requestedUsage=5.0), None),
    ]
    assert [row["accessDeniedReason"] for row in list_answers(*(check for check, _ in asked))] == [
        reason for _, reason in asked
    ]


def test_fractions_and_reservations_are_those_of_the_rich_answer(parity_table: Table) -> None:
    store_counter(parity_table, "exports", Decimal("95.5"))
    store_reservation(parity_table, "exports", 3, MOMENT + TICK)
    fits, fits_not = list_answers(make_check(requestedUsage=1), make_check(requestedUsage=2))
    assert (fits["hasAccess"], fits_not["hasAccess"]) == (True, False)
    assert (fits["currentUsage"], fits["remaining"], fits["reserved"]) == (95.5, 4.5, 3)


def test_both_spellings_of_fields_are_accepted() -> None:
    snake = {"customer_id": "acme", "feature_id": "exports", "requested_usage": 101}
    assert list_answers(snake) == list_answers(make_check(requestedUsage=101))
    assert list_answers(snake)[0]["hasAccess"] is False


def test_a_customer_is_read_once_and_all_eventually_consistent(parity_table: Table) -> None:
    create_customer("Beta")
    with record_requests(parity_table.client) as requests:
        list_answers(
            make_check(), make_check("beta"), make_check(feature_id="calls"), make_check("beta"), make_check()
        )
    assert [operation for operation, _ in requests] == ["Query", "Query"]
    assert not any(parameters["ConsistentRead"] for _, parameters in requests)


def test_a_hundred_checks_are_answered() -> None:
    for number in range(20):
        store_customer(f"Customer {number}")
    asked = [make_check(f"customer-{number % 20}") for number in range(100)]
    assert [row["customerId"] for row in list_answers(*asked)] == [check["customerId"] for check in asked]


@pytest.mark.parametrize("number", [0, 101])
def test_zero_checks_or_more_than_a_hundred_are_refused(number: int) -> None:
    assert wrong_fields(send_checks(*[make_check()] * number)) == {"checks": 1}


@pytest.mark.parametrize(
    "body", [{}, {"checks": None}, {"checks": {}}, {"checks": "acme"}, {"checks": 1}], ids=str
)
def test_a_body_without_a_list_of_checks_is_refused(body: Any) -> None:  # noqa: ANN401
    assert wrong_fields(call(BATCH, body=body)) == {"checks": 1}


@pytest.mark.parametrize(
    ("check", "where"),
    [
        ("acme", "#/checks/1"),
        (None, "#/checks/1"),
        ([], "#/checks/1"),
        ({"featureId": "exports"}, "#/checks/1/customerId"),
        ({"customerId": "acme"}, "#/checks/1/featureId"),
        (make_check(""), "#/checks/1/customerId"),
        (make_check(feature_id=""), "#/checks/1/featureId"),
        ({"customerId": 7, "featureId": "exports"}, "#/checks/1/customerId"),
        ({"customerId": "acme", "featureId": ["exports"]}, "#/checks/1/featureId"),
        (make_check(requestedUsage=-1), "#/checks/1/requestedUsage"),
        (make_check(requestedUsage=1.5), "#/checks/1/requestedUsage"),
        (make_check(requestedUsage=True), "#/checks/1/requestedUsage"),
        (make_check(requestedUsage="5"), "#/checks/1/requestedUsage"),
        (make_check(requestedUsage=None), "#/checks/1/requestedUsage"),
        (make_check(requestedUsage=2**53 + 1), "#/checks/1/requestedUsage"),
        (make_check(extra=1), "#/checks/1/extra"),
    ],
    ids=str,
)
def test_the_wrong_field_of_a_check_is_named(check: Any, where: str) -> None:  # noqa: ANN401
    reply = send_checks(make_check(), check)
    assert refusal(reply) == (400, "invalid_request")
    assert [error["pointer"] for error in reply.body["errors"]] == [where]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ('{"checks": NaN}', "invalid_json"),
        ('{"checks": [1e999]}', "invalid_json"),
        ('{"checks": ["\\ud800"]}', "invalid_json"),
        ('{"checks": ' + "[" * 5000 + "]" * 5000 + "}", "invalid_json"),
        ('{"checks": ' + "9" * 5000 + "}", "invalid_json"),
        (b"\xff\xfe", "invalid_encoding"),
        ("[]", "invalid_request"),
        ("1", "invalid_request"),
        ('"checks"', "invalid_request"),
        ("null", "invalid_request"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_hostile_body_is_a_bad_request(body: str | bytes, code: str) -> None:
    assert refusal(call(BATCH, body=body)) == (400, code)


def test_a_body_of_another_kind_is_not_read() -> None:
    reply = call(BATCH, body="checks=acme", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert refusal(reply) == (415, "unsupported_media_type")


def test_a_hostile_name_is_not_echoed_at_length() -> None:
    reply = send_checks({"x" * 100_000: 1})
    assert refusal(reply)[0] == 400
    assert len(reply.text) < 1000


@pytest.mark.parametrize("as_base64", [False, True])
def test_the_edge_sends_bodies_as_text_or_as_base64(as_base64: bool) -> None:  # noqa: FBT001
    text = json.dumps({"checks": [make_check("ação"), make_check()]}, ensure_ascii=False)
    reply = invoke(BATCH, make_http_event("POST", PATH, body=text.encode() if as_base64 else text))
    assert expect(reply, 200)["results"] == list_answers(make_check("ação"), make_check())


@pytest.mark.parametrize("body", ["not base64!", base64.b64encode(b"\xff").decode()])
def test_a_damaged_body_of_the_edge_is_a_bad_request(body: str) -> None:
    event = make_http_event("POST", PATH) | {"body": body, "isBase64Encoded": True}
    assert refusal(invoke(BATCH, event)) == (400, "invalid_encoding")


def test_a_call_of_the_edge_without_a_body_is_a_bad_request() -> None:
    assert refusal(invoke(BATCH, make_http_event("POST", PATH))) == (400, "invalid_json")


def test_an_identifier_that_is_too_long_to_exist_is_not_repeated_in_full() -> None:
    create_customer("Acme")
    reply = send_checks(make_check("x" * 1_000_000), make_check("acme", "y" * 1_000_000))
    names = [(row["customerId"], row["featureId"]) for row in expect(reply, 200)["results"]]
    assert names[0][0] == "x" * 256
    assert names[1] == ("acme", "y" * 256)
