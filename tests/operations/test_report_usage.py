"""POST /api/v1/report/usage: counted exactly, refused where a limit is enforced (docs/usage.md)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.entitlements.service.recompute import compute_snapshot
from parity.entitlements.store.holdings import entitlement_store
from parity.usage.store.reports import usage_report_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    COUNTED_FROM_EVENTS,
    create_feature,
    make_entitlement,
    make_hard_limit,
    sell_plan,
)
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_entitlements, recompute_snapshot
from tests.support.builders.moments import MOMENT, START
from tests.support.builders.reports import (
    get_counter,
    list_used,
    report_usage,
    reserve_usage,
    send_report,
    set_clocks,
    subscribe_acme_to,
)
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.fakes.clients import ProcessEnded, record_requests
from tests.support.fakes.functions import call
from tests.support.fakes.moto_faults import end_process_after_put, inject_api_fault
from tests.support.fakes.tables import scan_items

MONTHLY = {"reset": Reset.EVERY_MONTH}
APRIL = MOMENT + timedelta(days=17)
"""The month after that of MOMENT."""


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch)


@pytest.fixture
def acme() -> str:
    return subscribe_acme_to(make_hard_limit(100, **MONTHLY))


def operations(table: Table, **body: Any) -> list[str]:  # noqa: ANN401
    """What one report asks of DynamoDB."""
    store = usage_report_store()
    with record_requests(table.client) as others, record_requests(store.once.client) as own:
        report_usage(**body)
    return [name for name, _ in [*others, *own]]


@pytest.mark.usefixtures("acme")
def test_an_answer_has_all_that_the_libraries_want(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_the_next_check_sees_it() -> None:
    report_usage(7)
    report_usage(5, "SET")
    report_usage(-2)
    entry = check_entitlements()["exports"]
    assert (entry["currentUsage"], entry["remaining"]) == (3, 97)


@pytest.mark.usefixtures("acme")
def test_snake_case_and_any_case_of_the_behaviour_will_do() -> None:
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
    assert operations(parity_table) == ["UpdateItem"]
    assert operations(parity_table, value=1, enforce=True) == ["Query", "UpdateItem"]
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
        ({"enforce": "yes"}, "enforce"),
        ({"amount": 1}, "amount"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_report_is_said(changes: dict[str, Any], field: str) -> None:
    assert wrong_fields(send_report(**changes)) == {field: 1}


def test_what_is_missing_is_said() -> None:
    reply = call("report/usage", body={})
    assert set(wrong_fields(reply)) == {"customerId", "featureId", "behaviour", "value"}


@pytest.mark.usefixtures("acme")
def test_usage_of_whom_or_of_what_there_is_not_is_refused() -> None:
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
def test_usage_beyond_what_every_reader_of_json_knows_is_refused(first: int, more: int) -> None:
    report_usage(first)
    assert refusal(send_report(more)) == (409, "usage_too_large")
    assert list_used() == [first]


@pytest.mark.usefixtures("acme")
def test_usage_without_an_entitlement_is_kept() -> None:
    create_feature("Tokens")
    report_usage(4, featureId="tokens")
    report_usage(4, featureId="tokens")
    assert [(each.kind, each.used) for each in get_counter("tokens").windows] == [("NEVER", 8)]


def test_an_archived_customer_has_none_counted(acme: str) -> None:
    report_usage(3)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert refusal(send_report()) == (409, "customer_archived")
    assert refusal(send_report(enforce=True)) == (409, "customer_archived")
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    report_usage(4)
    assert list_used() == [7]
    assert not get_counter().frozen


@pytest.mark.usefixtures("acme")
def test_a_window_that_has_moved_on_starts_at_0(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(90, enforce=True)
    set_clocks(monkeypatch, APRIL)
    report_usage(95, enforce=True)
    assert list_used() == [95]
    assert get_counter().total == 185
    assert check_entitlements()["exports"]["currentUsage"] == 95


def test_what_is_left_rolls_over_into_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it: 50 of January, 75 of February, and in March 175 - 45 are left."""
    subscribe_acme_to(
        make_hard_limit(100, rollover={"enabled": True, "percentage": 50, "limit": None}, **MONTHLY)
    )
    report_usage(45)
    set_clocks(monkeypatch, APRIL)
    assert refusal(send_report(166, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(165, enforce=True)
    assert [each.carried for each in get_counter().windows] == [65]
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_a_clock_that_is_behind_counts_in_the_present_window(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch, APRIL)
    report_usage(5)
    set_clocks(monkeypatch, MOMENT)
    report_usage(2)
    report_usage(3, enforce=True)
    assert list_used() == [10]
    assert get_counter().at == APRIL


@pytest.mark.usefixtures("acme")
def test_a_hard_limit_that_is_enforced_is_reached_and_not_passed() -> None:
    report_usage(98, enforce=True)
    refused = send_report(3, enforce=True)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert [refused.body[name] for name in ("usageLimit", "currentUsage", "reserved")] == [100, 98, 0]
    report_usage(2, enforce=True)
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(-5, enforce=True)
    assert list_used() == [95]


@pytest.mark.usefixtures("acme")
def test_what_is_set_is_enforced_by_itself() -> None:
    report_usage(90)
    reserve_usage(10)
    assert refusal(send_report(91, "SET", enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(60, "SET", enforce=True)
    report_usage(90, "SET", enforce=True)
    assert list_used() == [90]


@pytest.mark.usefixtures("acme")
def test_without_enforcing_it_usage_is_a_fact() -> None:
    report_usage(101)
    assert list_used() == [101]


@pytest.mark.parametrize("details", [{"hard_limit": False}, {"value": None, "unlimited": True}], ids=str)
def test_a_soft_limit_and_none_at_all_refuse_nothing(details: dict[str, Any]) -> None:
    subscribe_acme_to(make_hard_limit(**details))
    for _ in range(2):
        report_usage(1000, enforce=True)
    assert list_used() == [2000]


@pytest.mark.usefixtures("acme")
def test_enforced_usage_needs_an_entitlement() -> None:
    create_feature("Tokens")
    refused = send_report(featureId="tokens", enforce=True)
    assert refusal(refused) == (409, "not_entitled")
    assert refused.body["accessDeniedReason"] == "NoFeatureEntitlementInSubscription"
    report_usage(-1, featureId="tokens", enforce=True)


def test_a_subscription_of_a_moment_ago_is_enough(acme: str) -> None:
    """The snapshot follows a moment later; until then it is computed where it is needed."""
    create_feature("Tokens")
    sell_plan("more", gives=(make_entitlement("tokens", 10, hard_limit=True),))
    subscribe_at(START, "more")
    assert acme
    report_usage(10, featureId="tokens", enforce=True)
    assert refusal(send_report(featureId="tokens", enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_an_expired_reservation_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_usage(50, expiresInSeconds=60)
    reserve_usage(20, expiresInSeconds=3600)
    assert refusal(send_report(31, enforce=True)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=60))
    report_usage(80, enforce=True)
    assert (list_used(), get_counter().held) == ([80], 20)


@pytest.fixture
def two_windows() -> None:
    """By the day and by the month."""
    subscribe_acme_to(make_hard_limit(100, **MONTHLY))
    sell_plan("daily", gives=(make_entitlement(value=10, hard_limit=True, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    recompute_snapshot()


@pytest.mark.usefixtures("two_windows")
def test_a_report_moves_all_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(4)
    report_usage(5)
    set_clocks(monkeypatch, MOMENT + timedelta(days=1))
    report_usage(2)
    assert {each.kind: each.used for each in get_counter().windows} == {"EVERY_DAY": 2, "EVERY_MONTH": 11}
    assert get_counter().total == 11


@pytest.mark.usefixtures("two_windows")
def test_the_window_that_leaves_most_is_enforced() -> None:
    report_usage(99, enforce=True)
    report_usage(1, enforce=True)
    refused = send_report(1, enforce=True)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert list_used() == [100, 100]


def save_snapshot() -> None:
    """A recomputation that has not come to the counters yet."""
    store = entitlement_store()
    snapshot = compute_snapshot(store.holdings("acme"))
    assert snapshot
    assert store.save("acme", snapshot)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("adjusted", [True, False], ids=["before", "by the report"])
def test_new_kinds_of_windows_hold_what_was_used_in_them(*, adjusted: bool) -> None:
    report_usage(4)
    sell_plan("daily", gives=(make_entitlement(value=10, hard_limit=True, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    if adjusted:
        recompute_snapshot()
    else:
        save_snapshot()
    report_usage(6, enforce=True)
    assert {each.kind: each.used for each in get_counter().windows} == {"EVERY_DAY": 10, "EVERY_MONTH": 10}
    assert get_counter().total == 10


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
def test_a_key_that_is_none_is_refused(key: str) -> None:
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
        set_clocks(monkeypatch, APRIL)
    expected = 8 if wanted.get("before") and not wanted.get("turned") else 7
    body: dict[str, Any] = {"key": KEY, "enforce": wanted.get("enforce", False)}
    try:
        with inject_api_fault(parity_table, end_process_after_put(last)):
            send_report(7, **body)
    except ProcessEnded:
        pass
    report_usage(7, **body)
    assert list_used() == [expected]


class Model:
    """What SET and DELTA make of usage, by window."""

    def __init__(self) -> None:
        self.month = APRIL.month
        self.used = self.total = 0

    def turn(self, month: int) -> None:
        if month != self.month:
            self.month, self.used = month, 0

    def move(self, behaviour: str, value: int) -> None:
        change = value - self.used if behaviour == "SET" else value
        self.used, self.total = self.used + change, self.total + change


REPORTS = st.tuples(
    st.sampled_from(["SET", "DELTA"]), st.integers(-50, 50), st.integers(0, 20), st.booleans()
)


@pytest.mark.usefixtures("acme")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(st.lists(REPORTS, min_size=1, max_size=8))
def test_any_reports_come_to_what_a_model_says(
    parity_table: Table, reports: list[tuple[str, int, int, bool]]
) -> None:
    for item in scan_items(parity_table):
        if item["SK"].startswith("ENTITLEMENTS#USED"):
            parity_table.delete({"PK": item["PK"], "SK": item["SK"]})
    model, at = Model(), MOMENT
    with pytest.MonkeyPatch.context() as patch:
        for behaviour, value, days, enforce in reports:
            at += timedelta(days=days)
            set_clocks(patch, at)
            model.turn(at.month)
            amount = abs(value) if behaviour == "SET" else value
            after = amount if behaviour == "SET" else model.used + amount
            if enforce and amount > 0 and after > 100:
                assert refusal(send_report(amount, behaviour, enforce=True)) == (409, "usage_limit_exceeded")
                continue
            report_usage(amount, behaviour, enforce=enforce)
            model.move(behaviour, amount)
            assert (list_used(), get_counter().total) == ([model.used], model.total)
