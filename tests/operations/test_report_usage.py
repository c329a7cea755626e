"""POST /api/v1/report/usage: what is answered, counted and refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.dynamodb.table import Table
from parity.usage.store.reports import usage_report_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    COUNTED_FROM_EVENTS,
    create_feature,
)
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_entitlements
from tests.support.builders.moments import NEXT_MONTH
from tests.support.builders.reports import (
    get_counter,
    list_used,
    report_usage,
    send_report,
    set_clocks,
)
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.fakes.clients import ProcessEnded, record_requests
from tests.support.fakes.functions import call
from tests.support.fakes.moto_faults import end_process_after_put, inject_api_fault

pytestmark = pytest.mark.usefixtures("usage_at_noon")


def record_operations(table: Table, **body: Any) -> list[str]:  # noqa: ANN401
    """The requests of one report to DynamoDB."""
    store = usage_report_store()
    with record_requests(table.client) as others, record_requests(store.once.client) as own:
        report_usage(**body)
    return [name for name, _ in [*others, *own]]


@pytest.mark.usefixtures("acme")
def test_an_answer_has_all_fields_of_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGANISATION_ID", "org-1")
    body = report_usage(7, resourceId="res-1")
    assert re.fullmatch("[0-9a-f]{32}", body.pop("idempotencyKey"))
    assert body == {
        "value": 7,
        "customerId": "acme",
        "featureId": "exports",
        "behaviour": "DELTA",
        "resourceId": "res-1",
        "orgId": "org-1",
        "eventName": "aggregated.usage",
        "timestamp": "2026-03-15 12:00:00.000000",
    }


@pytest.mark.usefixtures("acme")
def test_the_next_check_shows_the_usage() -> None:
    report_usage(7)
    report_usage(5, "SET")
    report_usage(-2)
    entry = check_entitlements()["exports"]
    assert (entry["currentUsage"], entry["remaining"]) == (3, 97)


@pytest.mark.usefixtures("acme")
def test_snake_case_and_any_case_of_the_behaviour_are_accepted() -> None:
    body = {
        "customer_id": "acme",
        "feature_id": "exports",
        "behaviour": "delta",
        "value": 3.0,
        "resource_id": "r",
    }
    assert expect(call("report/usage", body=body), 200)["value"] == 3
    assert list_used() == [3]


@pytest.mark.usefixtures("acme")
def test_the_usual_report_is_one_request(parity_table: Table) -> None:
    report_usage()
    assert record_operations(parity_table) == ["UpdateItem"]
    assert record_operations(parity_table, value=1, enforce=True) == ["Query", "UpdateItem"]
    assert list_used() == [3]


@pytest.mark.usefixtures("acme")
def test_a_feature_can_be_named_by_its_id() -> None:
    made = create_feature("Tokens")
    report_usage(2, featureId=made["id"])
    report_usage(2, featureId="tokens")
    assert list_used("tokens") == [4]


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": True}, "value"),
        ({"value": 1.5}, "value"),
        ({"value": "3"}, "value"),
        ({"value": None}, "value"),
        ({"value": MAX_EXACT_INTEGER + 1}, "value"),
        ({"value": 1e300}, "value"),
        ({"value": -1, "behaviour": "SET"}, "value"),
        ({"behaviour": "ADD"}, "behaviour"),
        ({"behaviour": 1}, "behaviour"),
        ({"customerId": 7}, "customerId"),
        ({"resourceId": 7}, "resourceId"),
        ({"resourceId": "x" * 256}, "resourceId"),
        ({"enforce": "yes"}, "enforce"),
        ({"amount": 1}, "amount"),
    ],
    ids=str,
)
def test_the_wrong_field_of_a_report_is_named(changes: dict[str, Any], field: str) -> None:
    assert wrong_fields(send_report(**changes)) == {field: 1}


def test_missing_fields_are_named() -> None:
    reply = call("report/usage", body={})
    assert set(wrong_fields(reply)) == {"customerId", "featureId", "behaviour", "value"}


@pytest.mark.usefixtures("acme")
def test_usage_of_an_unknown_customer_or_feature_is_refused() -> None:
    create_feature("SSO", "BOOLEAN")
    create_feature("Runs", **COUNTED_FROM_EVENTS)
    assert refusal(send_report(customerId="nobody")) == (404, "customer_not_found")
    assert refusal(send_report(customerId="x" * 300)) == (404, "customer_not_found")
    assert refusal(send_report(featureId="none")) == (404, "feature_not_found")
    assert refusal(send_report(featureId="x" * 300)) == (404, "feature_not_found")
    assert refusal(send_report(featureId="sso")) == (409, "feature_not_metered")
    assert refusal(send_report(featureId="runs")) == (409, "usage_counted_from_events")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(("first", "more"), [(MAX_EXACT_INTEGER, 1), (-MAX_EXACT_INTEGER, -1)])
def test_usage_beyond_exact_json_integers_is_refused(first: int, more: int) -> None:
    report_usage(first)
    assert refusal(send_report(more)) == (409, "usage_too_large")
    assert list_used() == [first]


@pytest.mark.usefixtures("acme")
def test_usage_without_an_entitlement_is_counted() -> None:
    create_feature("Tokens")
    report_usage(4, featureId="tokens")
    report_usage(4, featureId="tokens")
    assert [(each.kind, each.used) for each in get_counter("tokens").windows] == [("NEVER", 8)]


def test_usage_of_an_archived_customer_is_refused(acme: str) -> None:
    report_usage(3)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert refusal(send_report()) == (409, "customer_archived")
    assert refusal(send_report(enforce=True)) == (409, "customer_archived")
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    report_usage(4)
    assert list_used() == [7]
    assert not get_counter().frozen


KEY = "report-1"


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("enforce", [False, True])
def test_the_same_key_counts_once(enforce: bool) -> None:  # noqa: FBT001
    first = send_report(60, key=KEY, enforce=enforce)
    again = send_report(60, key=KEY, enforce=enforce)
    assert (again.status, again.body) == (200, first.body)
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    assert refusal(send_report(61, key=KEY, enforce=enforce)) == (422, "idempotency_key_reused")
    assert list_used() == [60]


@pytest.mark.usefixtures("acme")
def test_a_refused_report_may_be_sent_again_under_its_key() -> None:
    report_usage(100)
    assert refusal(send_report(1, key=KEY, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(-1)
    report_usage(1, key=KEY, enforce=True)
    assert list_used() == [100]


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
def test_a_malformed_key_is_refused(key: str) -> None:
    body = {"customerId": "acme", "featureId": "exports", "behaviour": "DELTA", "value": 1}
    reply = call("report/usage", body=body, headers={"Idempotency-Key": key})
    assert wrong_fields(reply) == {"Idempotency-Key": 1}


SITUATIONS = {
    "first": {},
    "usual": {"before": 1},
    "enforced": {"before": 1, "enforce": True},
    "turned": {"before": 1, "turned": True},
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("last", range(1, 9))
def test_a_process_that_ends_anywhere_neither_loses_nor_doubles(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, acme: str, situation: str, last: int
) -> None:
    wanted = SITUATIONS[situation]
    assert acme
    if wanted.get("before"):
        report_usage(1)
    if wanted.get("turned"):
        set_clocks(monkeypatch, NEXT_MONTH)
    expected = 8 if wanted.get("before") and not wanted.get("turned") else 7
    body: dict[str, Any] = {"key": KEY, "enforce": wanted.get("enforce", False)}
    try:
        with inject_api_fault(parity_table, end_process_after_put(last)):
            send_report(7, **body)
    except ProcessEnded:
        pass
    report_usage(7, **body)
    assert list_used() == [expected]
