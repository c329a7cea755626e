"""POST /api/v1/subscriptions/{subscriptionId}/payment, and what time does to unpaid subscriptions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from parity.core.times import now, to_iso
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import make_price, sell_plan
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    post_to_subscription,
    subscribe_at,
)
from tests.support.fakes.functions import Reply

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def send_payment(subscription_id: str, outcome: str = "SUCCEEDED") -> Reply:
    return post_to_subscription("pay", subscription_id, {"outcome": outcome})


def create_incomplete(**fields: str) -> str:
    made: str = create_subscription(payment_behavior="activate_on_payment", **fields)["id"]
    return made


def test_an_incomplete_subscription_becomes_active_with_its_payment() -> None:
    subscription_id = create_incomplete()
    reply = send_payment(subscription_id)
    body = expect(reply, 200)
    assert (body["status"], body["version"], reply.headers["etag"]) == ("active", 2, '"2"')
    assert body == get_subscription(subscription_id)
    assert check_snapshot()["exports"].has_access


def test_an_incomplete_subscription_becomes_trialing_or_scheduled_with_its_payment() -> None:
    assert expect(send_payment(create_incomplete(trial_end=to_iso(FUTURE))), 200)["status"] == "trialing"
    assert expect(send_payment(create_incomplete(start_date=to_iso(FUTURE))), 200)["status"] == "scheduled"


def test_an_incomplete_subscription_expires_after_a_day() -> None:
    subscription_id = create_incomplete()
    assert expect(send_payment(subscription_id, "FAILED"), 200)["status"] == "incomplete"
    body = advance_subscription(subscription_id, now() + DAY)
    assert body["status"] == "incomplete_expired"
    assert count_live_subscriptions() == 0
    assert refusal(send_payment(subscription_id)) == (409, "no_payment_awaited")


def test_a_late_payment_does_not_count_even_before_the_scheduler_ran() -> None:
    subscription_id = subscribe_at(now() - 2 * DAY, awaits_payment=True)
    assert refusal(send_payment(subscription_id)) == (409, "no_payment_awaited")
    assert get_subscription(subscription_id)["status"] == "incomplete"


def test_a_failed_payment_keeps_access_during_the_retries() -> None:
    body = create_subscription()
    failed = expect(send_payment(body["id"], "FAILED"), 200)
    assert (failed["status"], failed["endDate"]) == ("past_due", None)
    assert expect(send_payment(body["id"], "FAILED"), 200) == failed
    until = datetime.fromisoformat(failed["modifiedOn"]) + 14 * DAY
    assert check_snapshot(until - timedelta(seconds=1))["exports"].has_access
    assert check_snapshot(until) == {}
    assert count_live_subscriptions() == 1


def test_a_payment_makes_a_past_due_subscription_active_again() -> None:
    body = create_subscription()
    send_payment(body["id"], "FAILED")
    paid = expect(send_payment(body["id"]), 200)
    assert paid == body | {"version": 3, "modifiedOn": paid["modifiedOn"]}
    assert check_snapshot(FUTURE)["exports"].has_access


def test_an_unpaid_subscription_is_canceled_after_14_days() -> None:
    body = create_subscription()
    failed = expect(send_payment(body["id"], "FAILED"), 200)
    until = datetime.fromisoformat(failed["modifiedOn"]) + 14 * DAY
    ended = advance_subscription(body["id"], until)
    assert (ended["status"], ended["cancellationReason"]) == ("canceled", "CANCELLED_BY_PROVIDER")
    assert (ended["endDate"], ended["canceledAt"]) == (f"{until:%Y-%m-%d}", to_iso(until))
    assert count_live_subscriptions() == 0
    assert recompute_and_check(until) == {}


def test_periods_continue_during_the_retries() -> None:
    sell_plan("weekly", make_price("WEEKLY"))
    body = create_subscription(plan_identifier="weekly", charge_period="WEEKLY")
    send_payment(body["id"], "FAILED")
    end = datetime.fromisoformat(body["billingPeriodEndTime"])
    renewed = advance_subscription(body["id"], end)
    assert (renewed["status"], renewed["billingPeriodStartTime"]) == ("past_due", to_iso(end))
    assert renewed["nextInvoiceDate"] == f"{end + 7 * DAY:%Y-%m-%d}"
    assert advance_subscription(body["id"], FUTURE)["status"] == "canceled"


def test_a_past_due_subscription_can_be_canceled_at_once() -> None:
    body = create_subscription()
    send_payment(body["id"], "FAILED")
    post_to_subscription("cancel", body["id"], {"cancellation_type": "IMMEDIATE"})
    assert get_subscription(body["id"])["cancellationReason"] == "CANCELLED_BY_MERCHANT"
    assert check_snapshot() == {}


def test_a_payment_in_another_status_is_refused() -> None:
    trialing, scheduled = (
        create_subscription(trial_end=to_iso(FUTURE)),
        create_subscription(start_date=to_iso(FUTURE)),
    )
    for body in (trialing, scheduled):
        for outcome in ("SUCCEEDED", "FAILED"):
            assert refusal(send_payment(body["id"], outcome)) == (409, "no_payment_awaited")
    assert refusal(send_payment(create_subscription()["id"])) == (409, "no_payment_awaited")


def test_a_wrong_outcome_is_named() -> None:
    body = create_subscription()
    assert wrong_fields(send_payment(body["id"], "PAID")) == {"outcome": 1}
    assert wrong_fields(post_to_subscription("pay", body["id"], {})) == {"outcome": 1}
    assert wrong_fields(post_to_subscription("pay", body["id"], {"outcome": "FAILED", "amount": 5})) == {
        "amount": 1
    }
    assert get_subscription(body["id"]) == body


def test_the_scheduler_starts_subscriptions_ends_trials_and_renews() -> None:
    body = create_subscription(start_date=to_iso(FUTURE), trial_end=to_iso(FUTURE + 7 * DAY))
    assert advance_subscription(body["id"], FUTURE)["status"] == "trialing"
    active = advance_subscription(body["id"], FUTURE + 7 * DAY)
    assert (active["status"], active["billingPeriodStartTime"]) == ("active", to_iso(FUTURE + 7 * DAY))
    renewed = advance_subscription(body["id"], FUTURE + 45 * DAY)
    assert renewed["billingPeriodStartTime"] == active["billingPeriodEndTime"]
    assert count_live_subscriptions() == 1
