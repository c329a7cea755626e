"""POST /api/v1/customers/{customerId}/usage/{feature}/reset: an operator sets usage to 0, on record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.rules.counters import next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import new_counter, settle_counter
from parity.metering.store.counters import counter_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    COUNTED_FROM_EVENTS,
    create_feature,
    make_entitlement,
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
    reset_usage,
    send_report,
    set_clocks,
)
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.fakes.clients import ProcessEnded
from tests.support.fakes.moto_faults import end_process_after_put, inject_api_fault
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("usage_at_noon")

KEY = "reset-1"
LATER = MOMENT + timedelta(hours=1)
MARCH_WINDOW = {
    "kind": "EVERY_MONTH",
    "start": "2026-03-01T00:00:00.000000Z",
    "end": "2026-04-01T00:00:00.000000Z",
}


def list_reset_records(table: Table) -> list[dict[str, Any]]:
    """The records of all resets, oldest first."""
    found = [item for item in scan_items(table) if item["SK"].startswith("RESET#")]
    return sorted(found, key=lambda item: str(item["SK"]))


@pytest.mark.usefixtures("acme")
def test_a_reset_sets_the_window_to_0_and_answers_the_usage_before() -> None:
    report_usage(70)
    assert expect(reset_usage(body={"note": "A test run"}), 200) == {
        "customerId": "acme",
        "featureId": "exports",
        "resetAt": "2026-03-15T12:00:00.000000Z",
        "note": "A test run",
        "windows": [{**MARCH_WINDOW, "usedBefore": 70}],
    }
    assert (list_used(), get_counter().total) == ([0], 70)
    assert check_entitlements()["exports"]["currentUsage"] == 0
    report_usage(100, enforce=True)
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_each_reset_is_recorded(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(70)
    expect(reset_usage(body={"note": "First"}), 200)
    set_clocks(monkeypatch, LATER)
    report_usage(5)
    expect(reset_usage(), 200)
    kept = list_reset_records(parity_table)
    assert [(each["PK"], each["resetOn"], each.get("note")) for each in kept] == [
        ("USAGE#acme#exports", "2026-03-15T12:00:00.000000Z", "First"),
        ("USAGE#acme#exports", "2026-03-15T13:00:00.000000Z", None),
    ]
    assert [json.loads(each["windows"])[0]["usedBefore"] for each in kept] == [70, 5]
    assert [each.since for each in get_counter().windows] == [LATER]


@pytest.mark.usefixtures("acme")
def test_reservations_survive_a_reset() -> None:
    reserve_usage(60)
    expect(reset_usage(), 200)
    assert get_counter().held == 60
    assert refusal(send_report(41, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_a_report_by_a_clock_that_is_behind_counts_after_the_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(1)
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=1))
    expect(reset_usage(), 200)
    set_clocks(monkeypatch, MOMENT)
    report_usage(3)
    assert list_used() == [3]
    assert get_counter().at == MOMENT + timedelta(seconds=1)


@pytest.mark.usefixtures("acme")
def test_the_window_after_a_reset_is_not_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    expect(reset_usage(), 200)
    set_clocks(monkeypatch, MOMENT + timedelta(days=17))
    report_usage(3)
    assert [(each.used, each.since) for each in get_counter().windows] == [(3, None)]


@pytest.mark.usefixtures("acme")
def test_all_windows_are_reset() -> None:
    sell_plan("daily", gives=(make_entitlement(value=10, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    recompute_snapshot()
    report_usage(7)
    windows = expect(reset_usage(), 200)["windows"]
    assert {each["kind"]: each["usedBefore"] for each in windows} == {"EVERY_DAY": 7, "EVERY_MONTH": 0}
    assert list_used() == [0, 0]


@pytest.mark.usefixtures("acme")
def test_usage_counted_from_events_can_be_reset() -> None:
    create_feature("Runs", **COUNTED_FROM_EVENTS)
    fresh = settle_counter(new_counter(UsageKey("acme", "runs"), Aggregation.SUM, MOMENT), None, MOMENT)
    windows = (replace(fresh.windows[0], used=9, tally=9),)
    counter_store().save(next_version(replace(fresh, windows=windows), MOMENT))
    assert expect(reset_usage("runs"), 200)["windows"][0]["usedBefore"] == 9
    (window,) = get_counter("runs").windows
    assert (window.used, window.tally, window.since) == (0, None, MOMENT)


@pytest.mark.usefixtures("acme")
def test_a_feature_that_was_never_used_can_be_reset() -> None:
    made = create_feature("Runs", **COUNTED_FROM_EVENTS)
    assert expect(reset_usage(made["id"]), 200)["windows"][0]["usedBefore"] == 0
    assert get_counter("runs").aggregation is Aggregation.SUM


def test_an_impossible_reset_is_refused(acme: str) -> None:
    create_feature("SSO", "BOOLEAN")
    assert refusal(reset_usage("none")) == (404, "feature_not_found")
    assert refusal(reset_usage("sso")) == (409, "feature_not_metered")
    assert wrong_fields(reset_usage(body={"note": ""})) == {"note": 1}
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert refusal(reset_usage()) == (409, "customer_archived")


def test_an_unknown_customer_is_not_found() -> None:
    assert refusal(reset_usage()) == (404, "customer_not_found")


@pytest.mark.usefixtures("acme")
def test_a_key_resets_once(parity_table: Table) -> None:
    report_usage(70)
    first = reset_usage(key=KEY)
    report_usage(5)
    again = reset_usage(key=KEY)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert (list_used(), len(list_reset_records(parity_table))) == ([5], 1)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("last", range(1, 7))
def test_a_process_that_ends_anywhere_resets_once(parity_table: Table, last: int) -> None:
    report_usage(70)
    with inject_api_fault(parity_table, end_process_after_put(last)), pytest.raises(ProcessEnded):
        reset_usage(key=KEY)
    assert expect(reset_usage(key=KEY), 200)["windows"][0]["usedBefore"] == 70
    assert (list_used(), get_counter().total, len(list_reset_records(parity_table))) == ([0], 70, 1)
