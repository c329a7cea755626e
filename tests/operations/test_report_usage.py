"""POST /api/v1/report/usage: counted exactly, and refused where a limit is enforced (WIRE.md section 3)."""

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
from tests.support.answers import answer, refusal, wrong_fields
from tests.support.builders.catalog import RAW, create_feature, given, metered, sell
from tests.support.builders.customers import archive
from tests.support.builders.entitlements import checked, recomputed
from tests.support.builders.moments import MOMENT, START
from tests.support.builders.reports import (
    acme_entitled_to,
    counter,
    report,
    reported,
    reserved,
    set_clocks,
    used,
)
from tests.support.builders.subscriptions import send, subscribed_at
from tests.support.fakes.clients import ProcessEnded, recorded
from tests.support.fakes.functions import call
from tests.support.fakes.moto_faults import faults_of_dynamodb, process_ends_after
from tests.support.fakes.tables import items

MONTHLY = {"reset": Reset.EVERY_MONTH}
APRIL = MOMENT + timedelta(days=17)
"""The month after that of MOMENT."""


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch)


@pytest.fixture
def acme() -> str:
    return acme_entitled_to(metered(100, **MONTHLY))


def operations(table: Table, **body: Any) -> list[str]:  # noqa: ANN401
    """What one report asks of DynamoDB."""
    store = usage_report_store()
    with recorded(table.client) as others, recorded(store.once.client) as own:
        reported(**body)
    return [name for name, _ in [*others, *own]]


@pytest.mark.usefixtures("acme")
def test_an_answer_has_all_that_the_libraries_want(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGANISATION_ID", "org-1")
    body = reported(7, resourceId="res-1")
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
    reported(7)
    reported(5, "SET")
    reported(-2)
    entry = checked()["exports"]
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
    assert answer(call("report/usage", body=body), 200)["value"] == 3
    assert used() == [3]


@pytest.mark.usefixtures("acme")
def test_the_usual_report_is_one_request(parity_table: Table) -> None:
    reported()
    assert operations(parity_table) == ["UpdateItem"]
    assert operations(parity_table, value=1, enforce=True) == ["Query", "UpdateItem"]
    assert used() == [3]


@pytest.mark.usefixtures("acme")
def test_a_feature_can_be_named_by_its_id() -> None:
    made = create_feature("Tokens")
    reported(2, featureId=made["id"])
    reported(2, featureId="tokens")
    assert used("tokens") == [4]


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
    assert wrong_fields(report(**changes)) == {field: 1}


def test_what_is_missing_is_said() -> None:
    reply = call("report/usage", body={})
    assert set(wrong_fields(reply)) == {"customerId", "featureId", "behaviour", "value"}


@pytest.mark.usefixtures("acme")
def test_usage_of_whom_or_of_what_there_is_not_is_refused() -> None:
    create_feature("SSO", "BOOLEAN")
    create_feature("Runs", **RAW)
    assert refusal(report(customerId="nobody")) == (404, "customer_not_found")
    assert refusal(report(customerId="x" * 300)) == (404, "customer_not_found")
    assert refusal(report(featureId="none")) == (404, "feature_not_found")
    assert refusal(report(featureId="x" * 300)) == (404, "feature_not_found")
    assert refusal(report(featureId="sso")) == (409, "feature_not_metered")
    assert refusal(report(featureId="runs")) == (409, "usage_counted_from_events")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(("first", "more"), [(MAX_EXACT_INTEGER, 1), (-MAX_EXACT_INTEGER, -1)])
def test_usage_beyond_what_every_reader_of_json_knows_is_refused(first: int, more: int) -> None:
    reported(first)
    assert refusal(report(more)) == (409, "usage_too_large")
    assert used() == [first]


@pytest.mark.usefixtures("acme")
def test_usage_without_an_entitlement_is_kept() -> None:
    create_feature("Tokens")
    reported(4, featureId="tokens")
    reported(4, featureId="tokens")
    assert [(each.kind, each.used) for each in counter("tokens").windows] == [("NEVER", 8)]


def test_an_archived_customer_has_none_counted(acme: str) -> None:
    reported(3)
    answer(send("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive("acme")
    assert refusal(report()) == (409, "customer_archived")
    assert refusal(report(enforce=True)) == (409, "customer_archived")
    answer(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    reported(4)
    assert used() == [7]
    assert not counter().frozen


@pytest.mark.usefixtures("acme")
def test_a_window_that_has_moved_on_starts_at_0(monkeypatch: pytest.MonkeyPatch) -> None:
    reported(90, enforce=True)
    set_clocks(monkeypatch, APRIL)
    reported(95, enforce=True)
    assert used() == [95]
    assert counter().total == 185
    assert checked()["exports"]["currentUsage"] == 95


def test_what_is_left_rolls_over_into_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it: 50 of January, 75 of February, and in March 175 - 45 are left."""
    acme_entitled_to(metered(100, rollover={"enabled": True, "percentage": 50, "limit": None}, **MONTHLY))
    reported(45)
    set_clocks(monkeypatch, APRIL)
    assert refusal(report(166, enforce=True)) == (409, "usage_limit_exceeded")
    reported(165, enforce=True)
    assert [each.carried for each in counter().windows] == [65]
    assert refusal(report(1, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_a_clock_that_is_behind_counts_in_the_present_window(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch, APRIL)
    reported(5)
    set_clocks(monkeypatch, MOMENT)
    reported(2)
    reported(3, enforce=True)
    assert used() == [10]
    assert counter().at == APRIL


@pytest.mark.usefixtures("acme")
def test_a_hard_limit_that_is_enforced_is_reached_and_not_passed() -> None:
    reported(98, enforce=True)
    refused = report(3, enforce=True)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert [refused.body[name] for name in ("usageLimit", "currentUsage", "reserved")] == [100, 98, 0]
    reported(2, enforce=True)
    assert refusal(report(1, enforce=True)) == (409, "usage_limit_exceeded")
    reported(-5, enforce=True)
    assert used() == [95]


@pytest.mark.usefixtures("acme")
def test_what_is_set_is_enforced_by_itself() -> None:
    reported(90)
    reserved(10)
    assert refusal(report(91, "SET", enforce=True)) == (409, "usage_limit_exceeded")
    reported(60, "SET", enforce=True)
    reported(90, "SET", enforce=True)
    assert used() == [90]


@pytest.mark.usefixtures("acme")
def test_without_enforcing_it_usage_is_a_fact() -> None:
    reported(101)
    assert used() == [101]


@pytest.mark.parametrize("details", [{"hard_limit": False}, {"value": None, "unlimited": True}], ids=str)
def test_a_soft_limit_and_none_at_all_refuse_nothing(details: dict[str, Any]) -> None:
    acme_entitled_to(metered(**details))
    for _ in range(2):
        reported(1000, enforce=True)
    assert used() == [2000]


@pytest.mark.usefixtures("acme")
def test_enforced_usage_needs_an_entitlement() -> None:
    create_feature("Tokens")
    refused = report(featureId="tokens", enforce=True)
    assert refusal(refused) == (409, "not_entitled")
    assert refused.body["accessDeniedReason"] == "NoFeatureEntitlementInSubscription"
    reported(-1, featureId="tokens", enforce=True)


def test_a_subscription_of_a_moment_ago_is_enough(acme: str) -> None:
    """The snapshot follows a moment later; until then it is computed where it is needed."""
    create_feature("Tokens")
    sell("more", gives=(given("tokens", 10, hard_limit=True),))
    subscribed_at(START, "more")
    assert acme
    reported(10, featureId="tokens", enforce=True)
    assert refusal(report(featureId="tokens", enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_an_expired_reservation_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    reserved(50, expiresInSeconds=60)
    reserved(20, expiresInSeconds=3600)
    assert refusal(report(31, enforce=True)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=60))
    reported(80, enforce=True)
    assert (used(), counter().held) == ([80], 20)


@pytest.fixture
def two_windows() -> None:
    """By the day and by the month."""
    acme_entitled_to(metered(100, **MONTHLY))
    sell("daily", gives=(given(value=10, hard_limit=True, reset=Reset.EVERY_DAY),))
    subscribed_at(START, "daily")
    recomputed()


@pytest.mark.usefixtures("two_windows")
def test_a_report_moves_all_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    reported(4)
    reported(5)
    set_clocks(monkeypatch, MOMENT + timedelta(days=1))
    reported(2)
    assert {each.kind: each.used for each in counter().windows} == {"EVERY_DAY": 2, "EVERY_MONTH": 11}
    assert counter().total == 11


@pytest.mark.usefixtures("two_windows")
def test_the_window_that_leaves_most_is_enforced() -> None:
    reported(99, enforce=True)
    reported(1, enforce=True)
    refused = report(1, enforce=True)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert used() == [100, 100]


def save_snapshot() -> None:
    """A recomputation that has not come to the counters yet."""
    store = entitlement_store()
    snapshot = compute_snapshot(store.holdings("acme"))
    assert snapshot
    assert store.save("acme", snapshot)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("adjusted", [True, False], ids=["before", "by the report"])
def test_new_kinds_of_windows_hold_what_was_used_in_them(*, adjusted: bool) -> None:
    reported(4)
    sell("daily", gives=(given(value=10, hard_limit=True, reset=Reset.EVERY_DAY),))
    subscribed_at(START, "daily")
    if adjusted:
        recomputed()
    else:
        save_snapshot()
    reported(6, enforce=True)
    assert {each.kind: each.used for each in counter().windows} == {"EVERY_DAY": 10, "EVERY_MONTH": 10}
    assert counter().total == 10


KEY = "report-1"


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("enforce", [False, True])
def test_the_same_key_counts_once(enforce: bool) -> None:  # noqa: FBT001
    first = report(60, key=KEY, enforce=enforce)
    again = report(60, key=KEY, enforce=enforce)
    assert (again.status, again.body) == (200, first.body)
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    assert refusal(report(61, key=KEY, enforce=enforce)) == (422, "idempotency_key_reused")
    assert used() == [60]


@pytest.mark.usefixtures("acme")
def test_a_refused_report_may_be_sent_again_under_its_key() -> None:
    reported(100)
    assert refusal(report(1, key=KEY, enforce=True)) == (409, "usage_limit_exceeded")
    reported(-1)
    reported(1, key=KEY, enforce=True)
    assert used() == [100]


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
        reported(1)
    if wanted.get("turned"):
        set_clocks(monkeypatch, APRIL)
    expected = 8 if wanted.get("before") and not wanted.get("turned") else 7
    body: dict[str, Any] = {"key": KEY, "enforce": wanted.get("enforce", False)}
    try:
        with faults_of_dynamodb(parity_table, process_ends_after(last)):
            report(7, **body)
    except ProcessEnded:
        pass
    reported(7, **body)
    assert used() == [expected]


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
    for item in items(parity_table):
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
                assert refusal(report(amount, behaviour, enforce=True)) == (409, "usage_limit_exceeded")
                continue
            reported(amount, behaviour, enforce=enforce)
            model.move(behaviour, amount)
            assert (used(), counter().total) == ([model.used], model.total)
