"""POST /api/v1/subscriptions/{subscriptionId}/update with activate_on_payment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    create_subscription,
    get_subscription,
    list_subscription_ids,
    load_subscription,
    make_request,
    post_to_subscription,
    update_subscription,
)
from tests.support.fakes.functions import Reply
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def update_on_payment(subscription_id: str, plan: str = "team", **fields: Any) -> None:  # noqa: ANN401
    update_subscription(subscription_id, plan, payment_behavior="activate_on_payment", **fields)


def report_payment(subscription_id: str, outcome: str = "SUCCEEDED") -> Reply:
    return post_to_subscription("pay", subscription_id, {"outcome": outcome})


def list_limits() -> dict[str, int | None]:
    return {name: each.value for name, each in recompute_and_check().items()}


def test_the_old_terms_stay_until_the_payment() -> None:
    before = create_subscription()
    update_on_payment(before["id"])
    waiting = get_subscription(before["id"])
    assert waiting == before | {
        "unpaidChange": {
            "planIdentifier": "team",
            "planVersion": 1,
            "chargePeriod": "MONTHLY",
            "expiresOn": waiting["unpaidChange"]["expiresOn"],
        },
        "version": 2,
        "modifiedOn": waiting["modifiedOn"],
    }
    requested = load_subscription(before["id"]).modified_on
    assert waiting["unpaidChange"]["expiresOn"] == to_iso(requested + timedelta(hours=24))
    assert list_limits() == {"exports": 100}
    assert list_subscription_ids("customer_id=acme&status=superseded") == []


def test_the_payment_applies_the_change_before_its_answer() -> None:
    before = create_subscription()
    update_on_payment(before["id"])
    paid = expect(report_payment(before["id"]), 200)
    assert (paid["plan"]["identifier"], paid["status"], paid["unpaidChange"]) == ("team", "active", None)
    assert {name: each.value for name, each in check_snapshot().items()} == {"exports": 500, "seats": 5}
    assert len(list_subscription_ids("customer_id=acme&status=superseded")) == 1
    assert refusal(report_payment(before["id"])) == (409, "no_payment_awaited")


def test_without_a_payment_the_change_expires() -> None:
    before = create_subscription()
    update_on_payment(before["id"])
    assert expect(report_payment(before["id"], "FAILED"), 200)["status"] == "active"
    after = advance_subscription(before["id"], now() + DAY)
    assert after == before | {"version": 3, "modifiedOn": after["modifiedOn"]}
    assert list_limits() == {"exports": 100}
    assert refusal(report_payment(before["id"])) == (409, "no_payment_awaited")


def test_the_same_update_again_writes_nothing(parity_table: Table) -> None:
    subscription_id = create_subscription()["id"]
    update_on_payment(subscription_id)
    stored = scan_items(parity_table)
    update_on_payment(subscription_id)
    assert scan_items(parity_table) == stored


def test_an_undo_takes_the_wait_back() -> None:
    before = create_subscription()
    update_on_payment(before["id"])
    after = expect(post_to_subscription("undo", before["id"]), 200)
    assert after == before | {"version": 3, "modifiedOn": after["modifiedOn"]}
    assert refusal(report_payment(before["id"])) == (409, "no_payment_awaited")


def test_a_preview_shows_what_the_payment_will_bring(parity_table: Table) -> None:
    subscription_id = create_subscription()["id"]
    plain, paid = make_request("team"), make_request("team", payment_behavior="activate_on_payment")
    stored = scan_items(parity_table)
    shown = [expect(post_to_subscription("preview", subscription_id, body), 200) for body in (plain, paid)]
    assert [each | {"effectiveOn": None} for each in shown] == [shown[0] | {"effectiveOn": None}] * 2
    assert scan_items(parity_table) == stored


def test_another_payment_comes_before_that_of_a_change() -> None:
    past_due = create_subscription()["id"]
    expect(report_payment(past_due, "FAILED"), 200)
    incomplete = create_subscription(payment_behavior="activate_on_payment")["id"]
    body = make_request("team", payment_behavior="activate_on_payment")
    assert refusal(post_to_subscription("update", past_due, body)) == (409, "payment_overdue")
    assert refusal(post_to_subscription("update", incomplete, body)) == (409, "payment_awaited")


@pytest.mark.parametrize(
    "start", [{"trial_end": to_iso(FUTURE)}, {"start_date": to_iso(FUTURE)}], ids=["trial", "start"]
)
def test_a_trial_and_a_start_to_come_keep_their_dates(start: dict[str, str]) -> None:
    before = create_subscription(**start)
    update_on_payment(before["id"])
    paid = expect(report_payment(before["id"]), 200)
    for field in ("status", "trialEnd", "startTime", "billingPeriodStartTime", "billingPeriodEndTime"):
        assert paid[field] == before[field]
    assert paid["plan"]["identifier"] == "team"


def test_a_cancel_while_it_waits_follows_the_paid_period() -> None:
    subscription_id = create_subscription(charge_period="YEARLY")["id"]
    update_on_payment(subscription_id)
    body = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
    expect(post_to_subscription("cancel", subscription_id, body), 200)
    paid = expect(report_payment(subscription_id), 200)
    assert (paid["chargePeriod"], paid["nextInvoiceDate"]) == ("MONTHLY", None)
    assert paid["endDate"] == paid["billingPeriodEndTime"][:10]
