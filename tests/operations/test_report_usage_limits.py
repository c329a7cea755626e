"""POST /api/v1/report/usage: limits that are enforced, and windows that a report moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from parity.core.periods import Reset
from parity.dynamodb.table import Table
from tests.support.answers import refusal
from tests.support.builders.catalog import (
    create_feature,
    make_entitlement,
    make_hard_limit,
    sell_plan,
)
from tests.support.builders.entitlements import check_entitlements, recompute_snapshot, subscribe_acme
from tests.support.builders.moments import MOMENT, NEXT_MONTH, START
from tests.support.builders.reports import (
    MONTHLY,
    get_counter,
    list_used,
    report_usage,
    reserve_usage,
    send_report,
    set_clocks,
)
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("usage_at_noon")


@pytest.mark.usefixtures("acme")
def test_a_new_window_starts_at_0(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(90, enforce=True)
    set_clocks(monkeypatch, NEXT_MONTH)
    report_usage(95, enforce=True)
    assert list_used() == [95]
    assert get_counter().total == 185
    assert check_entitlements()["exports"]["currentUsage"] == 95


def test_unused_allowance_rolls_over_into_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what is left rolls over: 50 of January's 100, 75 of February's 150, 65 of March's 175 - 45."""
    subscribe_acme(
        make_hard_limit(100, rollover={"enabled": True, "percentage": 50, "limit": None}, **MONTHLY)
    )
    report_usage(45)
    set_clocks(monkeypatch, NEXT_MONTH)
    assert refusal(send_report(166, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(165, enforce=True)
    assert [each.carried for each in get_counter().windows] == [65]
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_a_report_from_a_clock_that_is_behind_counts_in_the_current_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clocks(monkeypatch, NEXT_MONTH)
    report_usage(5)
    set_clocks(monkeypatch, MOMENT)
    report_usage(2)
    report_usage(3, enforce=True)
    assert list_used() == [10]
    assert get_counter().at == NEXT_MONTH


@pytest.mark.usefixtures("acme")
def test_an_enforced_hard_limit_is_reached_and_not_exceeded() -> None:
    report_usage(98, enforce=True)
    refused = send_report(3, enforce=True)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert [refused.body[name] for name in ("usageLimit", "currentUsage", "reserved")] == [100, 98, 0]
    report_usage(2, enforce=True)
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(-5, enforce=True)
    assert list_used() == [95]


@pytest.mark.usefixtures("acme")
def test_a_set_amount_is_compared_with_the_limit_alone() -> None:
    report_usage(90)
    reserve_usage(10)
    assert refusal(send_report(91, "SET", enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(60, "SET", enforce=True)
    report_usage(90, "SET", enforce=True)
    assert list_used() == [90]


@pytest.mark.usefixtures("acme")
def test_usage_beyond_the_limit_is_counted_unless_enforced() -> None:
    report_usage(101)
    assert list_used() == [101]


@pytest.mark.parametrize("details", [{"hard_limit": False}, {"value": None, "unlimited": True}], ids=str)
def test_a_soft_limit_and_unlimited_usage_refuse_nothing(details: dict[str, Any]) -> None:
    subscribe_acme(make_hard_limit(**details))
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


def test_a_report_is_right_after_the_subscription_that_allows_it(acme: str) -> None:
    """The snapshot is part of the subscription's transaction; no stream function runs here."""
    create_feature("Tokens")
    sell_plan("more", gives=(make_entitlement("tokens", 10, hard_limit=True),))
    subscribe_at(START, "more")
    assert acme
    report_usage(10, featureId="tokens", enforce=True)
    assert refusal(send_report(featureId="tokens", enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_an_expired_reservation_no_longer_takes_part_of_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_usage(50, expiresInSeconds=60)
    reserve_usage(20, expiresInSeconds=3600)
    assert refusal(send_report(31, enforce=True)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=60))
    report_usage(80, enforce=True)
    assert (list_used(), get_counter().held) == ([80], 20)


@pytest.fixture
def two_windows() -> None:
    """A plan with windows by the day, and one by the month."""
    subscribe_acme(make_hard_limit(100, **MONTHLY))
    sell_plan("daily", gives=(make_entitlement(value=10, hard_limit=True, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    recompute_snapshot()


@pytest.mark.usefixtures("two_windows")
def test_a_report_moves_the_window_of_the_first_level(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(4)
    report_usage(5)
    set_clocks(monkeypatch, MOMENT + timedelta(days=1))
    report_usage(2)
    assert {each.kind: each.used for each in get_counter().windows} == {"EVERY_DAY": 2, "EVERY_MONTH": 0}
    assert get_counter().total == 11


@pytest.mark.usefixtures("two_windows")
def test_all_levels_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 a day and 100 a month: 110 today. Tomorrow there are 10 more, and the month has been used up."""
    report_usage(109, enforce=True)
    report_usage(1, enforce=True)
    refused = send_report(1, enforce=True)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert [refused.body[name] for name in ("usageLimit", "currentUsage")] == [110, 110]
    set_clocks(monkeypatch, MOMENT + timedelta(days=1))
    assert refusal(send_report(11, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(10, enforce=True)
    assert list_used() == [10, 100]


@pytest.mark.usefixtures("acme")
def test_a_level_that_begins_does_not_hold_earlier_usage() -> None:
    """Of 100 a month 4 are used, before 10 a day are bought: 106 are left."""
    report_usage(4)
    sell_plan("daily", gives=(make_entitlement(value=10, hard_limit=True, reset=Reset.EVERY_DAY),))
    subscribe_at(MOMENT, "daily")
    assert refusal(send_report(107, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(6, enforce=True)
    assert {each.kind: each.used for each in get_counter().windows} == {"EVERY_DAY": 6, "EVERY_MONTH": 4}
    assert get_counter().total == 10


class Model:
    """The usage in the current window and in total, after SET and DELTA reports."""

    def __init__(self) -> None:
        self.month = NEXT_MONTH.month
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
def test_any_reports_add_up_as_in_a_model(
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
