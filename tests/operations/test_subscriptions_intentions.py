"""Pending cancels through changes of the period, and updates that change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.subscriptions.store import keys
from tests.support.answers import expect, refusal
from tests.support.builders.counters import put_item
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    advance_subscription,
    create_subscription,
    get_subscription,
    load_subscription,
    make_request,
    post_to_subscription,
    update_subscription,
)
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")

IN_14_DAYS = to_iso(now() + 14 * DAY)


def cancel_at_period_end(**of_subscription: Any) -> str:  # noqa: ANN401
    """The id of a new subscription that is to be canceled with its period."""
    subscription_id: str = create_subscription(**of_subscription)["id"]
    body = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
    expect(post_to_subscription("cancel", subscription_id, body), 200)
    return subscription_id


@pytest.mark.parametrize(("before", "after"), [("YEARLY", "MONTHLY"), ("MONTHLY", "YEARLY")])
def test_a_pending_cancel_follows_a_change_of_the_charge_period(before: str, after: str) -> None:
    subscription_id = cancel_at_period_end(charge_period=before)
    update_subscription(subscription_id, "pro", after)
    found = get_subscription(subscription_id)
    assert found["endDate"] == found["billingPeriodEndTime"][:10]
    assert (found["chargePeriod"], found["nextInvoiceDate"]) == (after, None)
    end = load_subscription(subscription_id).period_end
    assert end
    assert advance_subscription(subscription_id, end)["status"] == "canceled"


@pytest.mark.parametrize("days", [2, 30], ids=["shortened", "extended"])
def test_a_pending_cancel_follows_the_end_of_the_trial(days: int) -> None:
    subscription_id = cancel_at_period_end(trial_end=IN_14_DAYS)
    update_subscription(subscription_id, "pro", trial_end=to_iso(now() + days * DAY))
    found = get_subscription(subscription_id)
    assert found["trialEnd"][:10] == f"{now() + days * DAY:%Y-%m-%d}"
    assert found["endDate"] == found["trialEnd"][:10]
    assert (found["status"], found["nextInvoiceDate"]) == ("trialing", None)


def test_a_trial_ended_now_ends_a_subscription_that_was_to_end_with_it() -> None:
    subscription_id = cancel_at_period_end(trial_end=IN_14_DAYS)
    update_subscription(subscription_id, "pro", trial_end="now")
    found = get_subscription(subscription_id)
    assert (found["status"], found["endDate"]) == ("canceled", f"{now():%Y-%m-%d}")
    assert (found["nextInvoiceDate"], found["cancellationReason"]) == (None, "CANCELLED_BY_MERCHANT")


def test_an_undo_after_a_change_of_the_period_is_charged_in_the_new_one() -> None:
    subscription_id = cancel_at_period_end(charge_period="YEARLY")
    update_subscription(subscription_id, "pro", "MONTHLY")
    found = expect(post_to_subscription("undo", subscription_id), 200)
    assert (found["endDate"], found["canceledAt"], found["cancellationReason"]) == (None, None, None)
    assert found["nextInvoiceDate"] == found["billingPeriodEndTime"][:10]


def test_a_cancel_stored_as_a_date_stays_one(parity_table: Table) -> None:
    """Earlier items have the date alone, whatever it was meant as."""
    subscription_id = cancel_at_period_end(charge_period="YEARLY")
    key = keys.subscription("acme", subscription_id)
    item = parity_table.get(key)
    assert item
    put_item(parity_table, {name: value for name, value in item.items() if name != "cancelsAtPeriodEnd"})
    update_subscription(subscription_id, "pro", "MONTHLY")
    found = get_subscription(subscription_id)
    assert found["endDate"] == item["cancelOn"][:10]
    assert found["nextInvoiceDate"] == found["billingPeriodEndTime"][:10] < found["endDate"]


def test_a_period_that_never_ends_is_refused_while_a_cancel_waits_for_its_end() -> None:
    subscription_id = cancel_at_period_end()
    reply = post_to_subscription("update", subscription_id, make_request("pro", "ONE_TIME"))
    assert refusal(reply) == (409, "subscription_ending")


NOTHING_TO_CHANGE: list[tuple[dict[str, Any] | None, dict[str, Any]]] = [
    (None, make_request("pro")),
    (None, make_request("pro", effective="PERIOD_END")),
    (None, make_request("pro", trial_end="now")),
    (None, make_request("pro", features=[])),
    (make_request("team", effective="PERIOD_END"), make_request("team", effective="PERIOD_END")),
]


@pytest.mark.parametrize(("pending", "update"), NOTHING_TO_CHANGE)
def test_an_update_to_what_is_there_or_pending_writes_nothing(
    pending: dict[str, Any] | None, update: dict[str, Any], parity_table: Table
) -> None:
    subscription_id = create_subscription()["id"]
    if pending:
        expect(post_to_subscription("update", subscription_id, pending), 200)
    stored = scan_items(parity_table)
    reply = post_to_subscription("update", subscription_id, update)
    assert expect(reply, 200) == {"subscriptionId": subscription_id}
    assert scan_items(parity_table) == stored


@pytest.mark.parametrize("effective", ["NOW", "PERIOD_END"])
def test_an_update_to_the_present_terms_drops_the_pending_ones(effective: str) -> None:
    before = create_subscription()
    update_subscription(before["id"], "team", effective="PERIOD_END")
    update_subscription(before["id"], "pro", effective=effective)
    after = get_subscription(before["id"])
    assert after == before | {"version": 3, "modifiedOn": after["modifiedOn"]}


@pytest.mark.parametrize("more", [{}, {"effective": "PERIOD_END"}, {"trial_end": "now"}], ids=str)
def test_the_first_payment_comes_before_a_change(more: dict[str, str], parity_table: Table) -> None:
    body = create_subscription(payment_behavior="activate_on_payment")
    stored = scan_items(parity_table)
    for operation in ("update", "preview"):
        reply = post_to_subscription(operation, body["id"], make_request("team", **more))
        assert refusal(reply) == (409, "payment_awaited")
    assert scan_items(parity_table) == stored
    update_subscription(body["id"], "pro")
    assert get_subscription(body["id"]) == body
    expect(post_to_subscription("pay", body["id"], {"outcome": "SUCCEEDED"}), 200)
    update_subscription(body["id"], "team")
