"""POST /api/v1/subscriptions/create with a start in the past, for customers who move in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.core.periods import Reset, ResetTime
from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.subscriptions.rules.subscriptions import next_transition
from tests.support.answers import expect, wrong_fields
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.builders.entitlements import check_snapshot
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    advance_subscription,
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    load_subscription,
    make_request,
    send_subscription,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def start_days_ago(days: int, **fields: str) -> dict[str, Any]:
    return create_subscription(start_date=to_iso(now() - days * DAY), **fields)


def test_a_subscription_from_the_past_has_todays_period_and_the_next_transition_to_come() -> None:
    sell_plan("weekly", make_price("WEEKLY"))
    body = start_days_ago(100, plan_identifier="weekly", charge_period="WEEKLY")
    start = datetime.fromisoformat(body["startTime"])
    assert (body["status"], body["version"]) == ("active", 1)
    assert body["billingPeriodStartTime"] == to_iso(start + 98 * DAY)
    assert body["billingPeriodEndTime"] == to_iso(start + 105 * DAY)
    assert next_transition(load_subscription(body["id"])) == start + 105 * DAY
    renewed = advance_subscription(body["id"], start + 105 * DAY)
    assert renewed["billingPeriodStartTime"] == to_iso(start + 105 * DAY)


def test_a_subscription_from_the_past_gives_access_and_leaves_no_records_of_the_time_between(
    parity_table: Table,
) -> None:
    today = start_days_ago(0)
    of_today = len(scan_items(parity_table))
    body = start_days_ago(400)
    assert len(scan_items(parity_table)) == of_today + 2
    assert check_snapshot()["exports"].value == 200
    assert count_live_subscriptions() == 2
    query = "customer_id=acme&start_date_before=" + to_iso(now() - 399 * DAY)
    rows = expect(call("subscriptions/list", query=query), 200)["results"]
    assert [row["id"] for row in rows] == [body["id"]]
    assert today["id"] != body["id"]


def test_a_date_in_the_past_is_its_beginning() -> None:
    yesterday = now() - DAY
    body = create_subscription(start_date=f"{yesterday:%Y-%m-%d}")
    assert body["startTime"] == f"{yesterday:%Y-%m-%d}T00:00:00.000000Z"


def test_the_trial_of_the_price_is_counted_from_the_past_start() -> None:
    sell_plan("over", make_price(trial_days=14))
    over = start_days_ago(20, plan_identifier="over")
    assert (over["status"], over["trialDaysRemaining"]) == ("active", 0)
    assert over["billingPeriodStartTime"] == over["trialEnd"]
    sell_plan("running", make_price(trial_days=14))
    running = start_days_ago(10, plan_identifier="running")
    assert (running["status"], running["trialDaysRemaining"]) == ("trialing", 4)


def test_a_trial_that_was_given_elsewhere_ended_when_it_is_said_to_have_ended() -> None:
    trial_end = now() - 10 * DAY
    body = start_days_ago(20, trial_end=to_iso(trial_end))
    assert (body["status"], body["trialEnd"]) == ("active", to_iso(trial_end))
    assert body["billingPeriodStartTime"] == to_iso(trial_end)
    none = start_days_ago(20, trial_end="now")
    assert (none["trialEnd"], none["billingPeriodStartTime"]) == (None, none["startTime"])


def test_a_start_may_be_ten_years_ago_and_not_more() -> None:
    expect(send_subscription(start_date=to_iso(now() - 3659 * DAY)), 201)
    long_ago = send_subscription(start_date=to_iso(now() - 3660 * DAY - timedelta(minutes=1)))
    assert wrong_fields(long_ago) == {"startDate": 1}


def test_a_create_in_the_past_that_is_repeated_with_its_key_is_one_subscription() -> None:
    body = make_request(customer_id="acme", start_date=to_iso(now() - 50 * DAY))
    first, second = (
        call("subscriptions/create", body=body, headers={"Idempotency-Key": "moved"}) for _ in range(2)
    )
    assert expect(first, 201) == expect(second, 201) == get_subscription(first.body["id"])
    assert count_live_subscriptions() == 1


def test_nothing_rolls_over_from_before_the_subscription_was_created() -> None:
    monthly: dict[str, Any] = {
        "reset": Reset.EVERY_MONTH,
        "rollover": {"enabled": True, "percentage": 100, "limit": None},
    }
    by_start = make_entitlement("seats", **monthly, reset_time=ResetTime.SUBSCRIPTION_START)
    sell_plan("rolling", gives=(make_entitlement(**monthly), by_start))
    body = start_days_ago(400, plan_identifier="rolling")
    found = check_snapshot()
    assert {name: each.value for name, each in found.items()} == {"exports": 100, "seats": 100}
    window = found["seats"].window
    assert window
    assert to_iso(window.start) == body["billingPeriodStartTime"]
    next_month = check_snapshot(datetime.fromisoformat(body["billingPeriodEndTime"]) + DAY)
    assert next_month["seats"].value == 200
