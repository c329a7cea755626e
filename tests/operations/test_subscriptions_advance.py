"""The scheduled function that moves subscriptions which are due."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.dynamodb import keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import Table
from parity.subscriptions.rules.subscriptions import PAYMENT_DEADLINE, RETRY_WINDOW
from parity.subscriptions.service import transitions as advancing
from parity.subscriptions.service.transitions import advance_due
from parity.subscriptions.store.subscriptions import SubscriptionStore, subscription_store
from tests.support.answers import expect
from tests.support.builders.catalog import make_price, sell_plan
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.moments import START
from tests.support.builders.subscriptions import (
    count_live_subscriptions,
    load_subscription,
    post_to_subscription,
    subscribe_at,
)
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import Context, load_handler, set_clock
from tests.support.fakes.tables import scan_items

ADVANCE = "subscriptions/advance"
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
FEBRUARY_END = datetime(2026, 2, 28, 10, 30, tzinfo=UTC)
Run = Callable[..., dict[str, Any]]
MARCH_END = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sold(monkeypatch: pytest.MonkeyPatch) -> None:
    """`acme` and a plan; shards are worked off in turn, as moto's transactions are not concurrent."""
    monkeypatch.setattr(advancing, "WORKERS", 1)
    create_customer("Acme")
    sell_plan("pro", make_price(), make_price("YEARLY", "200.00"), make_price("ONE_TIME", "500.00"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the handler at a time of one's choice."""

    def call(at: datetime, context: Context | None = None) -> dict[str, Any]:
        set_clock(monkeypatch, ADVANCE, at)
        report: dict[str, Any] = load_handler(ADVANCE).handler({}, context or Context())
        return report

    return call


def moved(number: int, failed: int = 0) -> dict[str, Any]:
    return {"advanced": number, "failed": failed, "complete": True}


def cancel_at(monkeypatch: pytest.MonkeyPatch, subscription_id: str, at: datetime, **body: str) -> None:
    set_clock(monkeypatch, "subscriptions/cancel", at)
    expect(post_to_subscription("cancel", subscription_id, body), 200)


def test_nothing_due_is_a_success(run: Run, parity_table: Table) -> None:
    subscribe_at(START)
    before = scan_items(parity_table)
    assert run(FEBRUARY_END - TICK) == moved(0)
    assert scan_items(parity_table) == before


def test_a_scheduled_one_becomes_active(run: Run) -> None:
    subscription_id = subscribe_at(START - DAY, start=START)
    assert run(START - TICK) == moved(0)
    assert load_subscription(subscription_id).status == "scheduled"
    assert run(START) == moved(1)
    after = load_subscription(subscription_id)
    assert (after.status, after.period_start, after.period_end) == ("active", START, FEBRUARY_END)


def test_a_trial_ends(run: Run) -> None:
    end = START + 14 * DAY
    subscription_id = subscribe_at(START, trial_end=end)
    assert load_subscription(subscription_id).status == "trialing"
    assert run(end - TICK) == moved(0)
    assert run(end) == moved(1)
    after = load_subscription(subscription_id)
    assert (after.status, after.period_start) == ("active", end)


def test_a_renewal_is_counted_from_the_anchor(run: Run) -> None:
    subscription_id = subscribe_at(START)
    assert run(FEBRUARY_END) == moved(1)
    after = load_subscription(subscription_id)
    assert (after.status, after.period_start, after.period_end) == ("active", FEBRUARY_END, MARCH_END)


def test_a_cancel_at_the_period_end_comes_true(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    cancel_at(monkeypatch, subscription_id, START + DAY, cancellation_type="CURRENT_PERIOD_ENDS")
    assert run(FEBRUARY_END - TICK) == moved(0)
    assert count_live_subscriptions() == 1
    assert run(FEBRUARY_END) == moved(1)
    assert load_subscription(subscription_id).status == "canceled"
    assert count_live_subscriptions() == 0
    archive_customer("acme")


def test_a_cancel_on_a_date_comes_true_on_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": "2026-03-10"}
    cancel_at(monkeypatch, subscription_id, START + DAY, **body)
    assert run(datetime(2026, 3, 10, tzinfo=UTC)) == moved(1)
    assert load_subscription(subscription_id).status == "canceled"


def test_a_change_at_the_period_end_comes_true_and_leaves_a_record(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    parity_table: Table,
) -> None:
    subscription_id = subscribe_at(START)
    set_clock(monkeypatch, "subscriptions/update", START + DAY)
    body = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
    expect(post_to_subscription("update", subscription_id, body), 200)
    assert run(FEBRUARY_END) == moved(1)
    after = load_subscription(subscription_id)
    assert (after.terms.charge_period, after.change) == ("YEARLY", None)
    of_customer = subscription_store().of_customer("acme")
    assert sorted(each.status for each in of_customer) == ["active", "superseded"]
    assert (
        len([item for item in scan_items(parity_table) if item["SK"] == "POINTER" and "customerId" in item])
        == 2
    )


def test_an_unpaid_one_ends_after_the_retries(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    failed_on = START + DAY
    set_clock(monkeypatch, "subscriptions/pay", failed_on)
    expect(post_to_subscription("pay", subscription_id, {"outcome": "FAILED"}), 200)
    assert run(failed_on + RETRY_WINDOW - TICK) == moved(0)
    assert load_subscription(subscription_id).status == "past_due"
    assert run(failed_on + RETRY_WINDOW) == moved(1)
    assert load_subscription(subscription_id).status == "canceled"
    assert count_live_subscriptions() == 0


def test_a_first_payment_that_never_comes_expires_it(run: Run) -> None:
    subscription_id = subscribe_at(START, awaits_payment=True)
    assert run(START + PAYMENT_DEADLINE) == moved(1)
    assert load_subscription(subscription_id).status == "incomplete_expired"
    assert count_live_subscriptions() == 0


def test_one_time_subscriptions_are_never_due(run: Run) -> None:
    subscribe_at(START, period="ONE_TIME")
    assert run(START + 4000 * DAY) == moved(0)


def test_years_of_standing_still_are_caught_up_in_one_run(run: Run) -> None:
    ids = [
        subscribe_at(START),
        subscribe_at(START, trial_end=START + 14 * DAY),
        subscribe_at(START, start=START + 40 * DAY),
    ]
    late = datetime(2031, 6, 15, tzinfo=UTC)
    assert run(late) == moved(3)
    for subscription_id in ids:
        after = load_subscription(subscription_id)
        assert after.status == "active"
        assert after.period_end
        assert after.period_start <= late < after.period_end
    assert load_subscription(ids[0]).period_end == datetime(2031, 6, 30, 10, 30, tzinfo=UTC)


def test_a_second_run_at_the_same_time_finds_nothing(run: Run, parity_table: Table) -> None:
    subscribe_at(START)
    assert run(FEBRUARY_END) == moved(1)
    before = scan_items(parity_table)
    assert run(FEBRUARY_END) == moved(0)
    assert scan_items(parity_table) == before


def test_one_that_somebody_else_moved_meanwhile_is_left_to_them(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribe_at(START)

    def overtaken(*_: object, **__: object) -> None:
        raise VersionChangedError

    monkeypatch.setattr(SubscriptionStore, "replace", overtaken)
    assert run(FEBRUARY_END) == moved(0)


def test_all_of_many_are_moved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "PAGE_SIZE", 2)
    ids = [subscribe_at(START) for _ in range(60)]
    shards = {keys.due_shard(subscription_id) for subscription_id in ids}
    assert len(ids) > 2 * len(shards)
    assert run(FEBRUARY_END) == moved(60)
    assert {load_subscription(subscription_id).period_start for subscription_id in ids} == {FEBRUARY_END}


def test_a_broken_one_keeps_nobody_waiting_and_is_told(
    run: Run,
    parity_table: Table,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys, "due_shard", lambda _: 7)
    ids = [subscribe_at(START + number * TICK) for number in range(5)]
    broken = ids[2]
    key = keys.subscription("acme", broken)
    parity_table.client.update_item(
        TableName=parity_table.name,
        Key=to_wire(key),
        UpdateExpression="SET subscriptionStatus = :what",
        ExpressionAttributeValues=to_wire({":what": "?"}),
    )
    assert run(FEBRUARY_END + DAY) == moved(4, failed=1)
    failure, metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (failure["level"], failure["message"]) == ("ERROR", "advance failed")
    assert (failure["customerId"], failure["subscriptionId"]) == ("acme", broken)
    assert failure["where"]
    assert (metrics["AdvanceSucceeded"], metrics["Advanced"], metrics["AdvanceFailed"]) == (0, 4, 1)


def test_a_success_is_a_metric_that_the_alarm_waits_for(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    subscribe_at(START)
    run(FEBRUARY_END)
    (metrics,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (declared,) = metrics["_aws"]["CloudWatchMetrics"]
    assert (declared["Namespace"], declared["Dimensions"]) == ("Parity", [["service"]])
    assert declared["Metrics"] == [
        {"Name": name, "Unit": "Count"} for name in ("AdvanceSucceeded", "Advanced", "AdvanceFailed")
    ]
    assert abs(metrics["_aws"]["Timestamp"] - datetime.now(UTC).timestamp() * 1000) < 60_000
    assert metrics["service"] == "parity"
    assert (metrics["AdvanceSucceeded"], metrics["Advanced"], metrics["AdvanceFailed"]) == (1, 1, 0)


def test_a_run_that_is_out_of_time_leaves_the_rest_and_is_no_success(
    run: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    subscription_id = subscribe_at(START)
    assert run(FEBRUARY_END, Context(remaining_milliseconds=4999)) == {
        "advanced": 0,
        "failed": 0,
        "complete": False,
    }
    assert json.loads(capsys.readouterr().out)["AdvanceSucceeded"] == 0
    assert load_subscription(subscription_id).period_start == START
    assert run(FEBRUARY_END) == moved(1)


def test_it_stops_between_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "PAGE_SIZE", 1)
    monkeypatch.setattr(keys, "due_shard", lambda _: 0)
    for number in range(3):
        subscribe_at(START + number * TICK)
    asked = iter([False, False])
    report = advance_due(subscription_store(), FEBRUARY_END + DAY, lambda: next(asked, True), _unexpected)
    assert (report.advanced, report.complete) == (2, False)


def _unexpected(_: object, error: Exception) -> None:
    raise error


def test_the_longest_overdue_is_moved_first(
    run: Run, monkeypatch: pytest.MonkeyPatch, parity_table: Table
) -> None:
    monkeypatch.setattr(keys, "due_shard", lambda _: 0)
    starts = [START + DAY, START - 5 * DAY, START]
    ids = {start: subscribe_at(start) for start in starts}
    with record_requests(parity_table.client) as requests:
        assert run(START + 60 * DAY) == moved(3)
    read = [parameters["Key"]["SK"]["S"] for operation, parameters in requests if operation == "GetItem"]
    assert read == [f"SUBSCRIPTION#{ids[start]}" for start in sorted(starts)]


def test_each_run_asks_every_shard_once(run: Run, parity_table: Table) -> None:
    with record_requests(parity_table.client) as requests:
        run(START)
    asked = [parameters["ExpressionAttributeValues"][":shard"]["S"] for _, parameters in requests]
    assert sorted(asked) == [f"DUE#{shard:02}" for shard in range(16)]
    assert {parameters["IndexName"] for _, parameters in requests} == {"due"}


def test_access_follows_time_whether_it_ran_or_not(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = subscribe_at(START)
    cancel_at(monkeypatch, subscription_id, START + DAY, cancellation_type="CURRENT_PERIOD_ENDS")
    assert recompute_and_check(FEBRUARY_END - TICK).keys() == {"exports"}
    assert check_snapshot(FEBRUARY_END) == {}
    run(FEBRUARY_END)
    assert check_snapshot(FEBRUARY_END) == recompute_and_check(FEBRUARY_END) == {}
