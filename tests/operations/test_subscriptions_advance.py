"""The scheduled function that moves subscriptions which are due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parity.dynamodb.table import Table
from parity.subscriptions.rules.subscriptions import PAYMENT_DEADLINE, RETRY_WINDOW
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.answers import expect
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.moments import DAY, FEBRUARY_END, START, TICK
from tests.support.builders.subscriptions import (
    count_live_subscriptions,
    load_subscription,
    post_to_subscription,
    subscribe_at,
)
from tests.support.fakes.event_sources import advance_due, run_advance
from tests.support.fakes.functions import set_clock
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")

MARCH_END = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)


def cancel_at(monkeypatch: pytest.MonkeyPatch, subscription_id: str, at: datetime, **body: str) -> None:
    set_clock(monkeypatch, "subscriptions/cancel", at)
    expect(post_to_subscription("cancel", subscription_id, body), 200)


def test_a_run_without_due_subscriptions_succeeds(parity_table: Table) -> None:
    subscribe_at(START)
    before = scan_items(parity_table)
    assert advance_due(FEBRUARY_END - TICK) == (0, 0)
    assert scan_items(parity_table) == before


def test_a_scheduled_subscription_becomes_active() -> None:
    subscription_id = subscribe_at(START - DAY, start=START)
    assert advance_due(START - TICK) == (0, 0)
    assert load_subscription(subscription_id).status == "scheduled"
    assert advance_due(START) == (1, 0)
    after = load_subscription(subscription_id)
    assert (after.status, after.period_start, after.period_end) == ("active", START, FEBRUARY_END)


def test_a_trial_ends() -> None:
    end = START + 14 * DAY
    subscription_id = subscribe_at(START, trial_end=end)
    assert load_subscription(subscription_id).status == "trialing"
    assert advance_due(end - TICK) == (0, 0)
    assert advance_due(end) == (1, 0)
    after = load_subscription(subscription_id)
    assert (after.status, after.period_start) == ("active", end)


def test_a_renewal_is_counted_from_the_anchor() -> None:
    subscription_id = subscribe_at(START)
    assert advance_due(FEBRUARY_END) == (1, 0)
    after = load_subscription(subscription_id)
    assert (after.status, after.period_start, after.period_end) == ("active", FEBRUARY_END, MARCH_END)


def test_a_cancel_at_the_period_end_takes_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    cancel_at(monkeypatch, subscription_id, START + DAY, cancellation_type="CURRENT_PERIOD_ENDS")
    assert advance_due(FEBRUARY_END - TICK) == (0, 0)
    assert count_live_subscriptions() == 1
    assert advance_due(FEBRUARY_END) == (1, 0)
    assert load_subscription(subscription_id).status == "canceled"
    assert count_live_subscriptions() == 0
    archive_customer("acme")


def test_a_cancel_on_a_date_takes_effect_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": "2026-03-10"}
    cancel_at(monkeypatch, subscription_id, START + DAY, **body)
    assert advance_due(datetime(2026, 3, 10, tzinfo=UTC)) == (1, 0)
    assert load_subscription(subscription_id).status == "canceled"


def test_a_change_at_the_period_end_takes_effect_and_keeps_the_old_terms(
    monkeypatch: pytest.MonkeyPatch,
    parity_table: Table,
) -> None:
    subscription_id = subscribe_at(START)
    set_clock(monkeypatch, "subscriptions/update", START + DAY)
    body = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
    expect(post_to_subscription("update", subscription_id, body), 200)
    assert advance_due(FEBRUARY_END) == (1, 0)
    after = load_subscription(subscription_id)
    assert (after.terms.charge_period, after.change) == ("YEARLY", None)
    store = subscription_store()
    assert [each.status for each in store.of_customer("acme")] == ["active"]
    assert [each.status for each in store.superseded_of_customer("acme")] == ["superseded"]
    assert (
        len([item for item in scan_items(parity_table) if item["SK"] == "POINTER" and "customerId" in item])
        == 2
    )


def test_an_unpaid_subscription_ends_after_the_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    failed_on = START + DAY
    set_clock(monkeypatch, "subscriptions/pay", failed_on)
    expect(post_to_subscription("pay", subscription_id, {"outcome": "FAILED"}), 200)
    assert advance_due(failed_on + RETRY_WINDOW - TICK) == (0, 0)
    assert load_subscription(subscription_id).status == "past_due"
    assert advance_due(failed_on + RETRY_WINDOW) == (1, 0)
    assert load_subscription(subscription_id).status == "canceled"
    assert count_live_subscriptions() == 0


def test_a_subscription_without_its_first_payment_expires() -> None:
    subscription_id = subscribe_at(START, awaits_payment=True)
    assert advance_due(START + PAYMENT_DEADLINE) == (1, 0)
    assert load_subscription(subscription_id).status == "incomplete_expired"
    assert count_live_subscriptions() == 0


def test_one_time_subscriptions_are_never_due() -> None:
    subscribe_at(START, period="ONE_TIME")
    assert advance_due(START + 4000 * DAY) == (0, 0)


def test_one_run_catches_up_with_years() -> None:
    ids = [
        subscribe_at(START),
        subscribe_at(START, trial_end=START + 14 * DAY),
        subscribe_at(START, start=START + 40 * DAY),
    ]
    late = datetime(2031, 6, 15, tzinfo=UTC)
    assert advance_due(late) == (3, 0)
    for subscription_id in ids:
        after = load_subscription(subscription_id)
        assert after.status == "active"
        assert after.period_end
        assert after.period_start <= late < after.period_end
    assert load_subscription(ids[0]).period_end == datetime(2031, 6, 30, 10, 30, tzinfo=UTC)


def test_a_second_run_at_the_same_time_finds_nothing(parity_table: Table) -> None:
    subscribe_at(START)
    assert advance_due(FEBRUARY_END) == (1, 0)
    before = scan_items(parity_table)
    assert advance_due(FEBRUARY_END) == (0, 0)
    assert scan_items(parity_table) == before


def test_access_depends_on_time_and_not_on_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    cancel_at(monkeypatch, subscription_id, START + DAY, cancellation_type="CURRENT_PERIOD_ENDS")
    assert recompute_and_check(FEBRUARY_END - TICK).keys() == {"exports"}
    assert check_snapshot(FEBRUARY_END) == {}
    run_advance(FEBRUARY_END)
    assert check_snapshot(FEBRUARY_END) == recompute_and_check(FEBRUARY_END) == {}
