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
from parity.metering.rules.counters import new_counter, next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
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
    reset,
    set_clocks,
    used,
)
from tests.support.builders.subscriptions import send, subscribed_at
from tests.support.fakes.clients import ProcessEnded
from tests.support.fakes.moto_faults import faults_of_dynamodb, process_ends_after
from tests.support.fakes.tables import items

KEY = "reset-1"
LATER = MOMENT + timedelta(hours=1)
MARCH_WINDOW = {
    "kind": "EVERY_MONTH",
    "start": "2026-03-01T00:00:00.000000Z",
    "end": "2026-04-01T00:00:00.000000Z",
}


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch)


@pytest.fixture
def acme() -> str:
    return acme_entitled_to(metered(100, reset=Reset.EVERY_MONTH))


def records(table: Table) -> list[dict[str, Any]]:
    """Of all resets, in their order."""
    found = [item for item in items(table) if item["SK"].startswith("RESET#")]
    return sorted(found, key=lambda item: str(item["SK"]))


@pytest.mark.usefixtures("acme")
def test_the_usage_of_the_window_is_0_and_what_it_was_is_told() -> None:
    reported(70)
    assert answer(reset(body={"note": "A test run"}), 200) == {
        "customerId": "acme",
        "featureId": "exports",
        "resetAt": "2026-03-15T12:00:00.000000Z",
        "note": "A test run",
        "windows": [{**MARCH_WINDOW, "usedBefore": 70}],
    }
    assert (used(), counter().total) == ([0], 70)
    assert checked()["exports"]["currentUsage"] == 0
    reported(100, enforce=True)
    assert refusal(report(1, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_each_reset_is_on_record(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    reported(70)
    answer(reset(body={"note": "First"}), 200)
    set_clocks(monkeypatch, LATER)
    reported(5)
    answer(reset(), 200)
    kept = records(parity_table)
    assert [(each["PK"], each["resetOn"], each.get("note")) for each in kept] == [
        ("USAGE#acme#exports", "2026-03-15T12:00:00.000000Z", "First"),
        ("USAGE#acme#exports", "2026-03-15T13:00:00.000000Z", None),
    ]
    assert [json.loads(each["windows"])[0]["usedBefore"] for each in kept] == [70, 5]
    assert [each.since for each in counter().windows] == [LATER]


@pytest.mark.usefixtures("acme")
def test_what_is_reserved_stays_reserved() -> None:
    reserved(60)
    answer(reset(), 200)
    assert counter().held == 60
    assert refusal(report(41, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_a_report_by_a_clock_that_is_behind_counts_after_the_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    reported(1)
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=1))
    answer(reset(), 200)
    set_clocks(monkeypatch, MOMENT)
    reported(3)
    assert used() == [3]
    assert counter().at == MOMENT + timedelta(seconds=1)


@pytest.mark.usefixtures("acme")
def test_the_next_window_is_an_ordinary_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(reset(), 200)
    set_clocks(monkeypatch, MOMENT + timedelta(days=17))
    reported(3)
    assert [(each.used, each.since) for each in counter().windows] == [(3, None)]


@pytest.mark.usefixtures("acme")
def test_all_windows_are_reset() -> None:
    sell("daily", gives=(given(value=10, reset=Reset.EVERY_DAY),))
    subscribed_at(START, "daily")
    recomputed()
    reported(7)
    windows = answer(reset(), 200)["windows"]
    assert {each["kind"]: each["usedBefore"] for each in windows} == {"EVERY_DAY": 7, "EVERY_MONTH": 7}
    assert used() == [0, 0]


@pytest.mark.usefixtures("acme")
def test_usage_counted_from_events_is_reset_too() -> None:
    create_feature("Runs", **RAW)
    fresh = new_counter(UsageKey("acme", "runs"), Aggregation.SUM, ["NEVER"], MOMENT)
    windows = (replace(fresh.windows[0], used=9, tally=9),)
    counter_store().save(next_version(replace(fresh, windows=windows), MOMENT))
    assert answer(reset("runs"), 200)["windows"][0]["usedBefore"] == 9
    (window,) = counter("runs").windows
    assert (window.used, window.tally, window.since) == (0, None, MOMENT)


@pytest.mark.usefixtures("acme")
def test_a_feature_that_was_never_used_can_be_reset() -> None:
    made = create_feature("Runs", **RAW)
    assert answer(reset(made["id"]), 200)["windows"][0]["usedBefore"] == 0
    assert counter("runs").aggregation is Aggregation.SUM


def test_what_cannot_be_reset_is_refused(acme: str) -> None:
    create_feature("SSO", "BOOLEAN")
    assert refusal(reset("none")) == (404, "feature_not_found")
    assert refusal(reset("sso")) == (409, "feature_not_metered")
    assert wrong_fields(reset(body={"note": ""})) == {"note": 1}
    answer(send("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive("acme")
    assert refusal(reset()) == (409, "customer_archived")


def test_a_customer_whom_nobody_knows_is_not_found() -> None:
    assert refusal(reset()) == (404, "customer_not_found")


@pytest.mark.usefixtures("acme")
def test_with_a_key_it_is_reset_once(parity_table: Table) -> None:
    reported(70)
    first = reset(key=KEY)
    reported(5)
    again = reset(key=KEY)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert (used(), len(records(parity_table))) == ([5], 1)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("last", range(1, 7))
def test_a_process_that_ends_anywhere_resets_once(parity_table: Table, last: int) -> None:
    reported(70)
    with faults_of_dynamodb(parity_table, process_ends_after(last)), pytest.raises(ProcessEnded):
        reset(key=KEY)
    assert answer(reset(key=KEY), 200)["windows"][0]["usedBefore"] == 70
    assert (used(), counter().total, len(records(parity_table))) == ([0], 70, 1)
