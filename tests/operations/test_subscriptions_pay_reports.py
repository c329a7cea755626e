"""POST /api/v1/subscriptions/{subscriptionId}/payment with the fields that let reports come in any order."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.subscriptions.rules.payment_reports import Payment, PaymentOutcome
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.entitlements import check_snapshot
from tests.support.builders.subscriptions import (
    FUTURE,
    create_subscription,
    get_subscription,
    load_subscription,
    make_request,
    post_to_subscription,
)
from tests.support.fakes.functions import Reply
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")

MINUTE = timedelta(minutes=1)


def send_report(subscription_id: str, outcome: str, minutes_ago: float | None = None, **fields: str) -> Reply:
    body: dict[str, Any] = {"outcome": outcome, **fields}
    if minutes_ago is not None:
        body["occurredOn"] = to_iso(now() - minutes_ago * MINUTE)
    return post_to_subscription("pay", subscription_id, body)


def report(
    subscription_id: str, outcome: str, minutes_ago: float | None = None, **fields: str
) -> dict[str, Any]:
    answer: dict[str, Any] = expect(send_report(subscription_id, outcome, minutes_ago, **fields), 200)
    return answer


def test_a_success_of_a_renewal_is_recorded_and_an_older_failure_changes_nothing() -> None:
    body = create_subscription()
    occurred_on = now() - 5 * MINUTE
    success = {"outcome": "SUCCEEDED", "payment_id": "pay_1", "occurred_on": to_iso(occurred_on)}
    recorded = expect(post_to_subscription("pay", body["id"], success), 200)
    assert recorded == body | {"version": 2, "modifiedOn": recorded["modifiedOn"]}
    late = report(body["id"], "FAILED", 9)
    assert late == body | {"version": 3, "modifiedOn": late["modifiedOn"]} == get_subscription(body["id"])
    assert load_subscription(body["id"]).payments[1] == Payment(
        outcome=PaymentOutcome.SUCCEEDED, occurred_on=occurred_on, id="pay_1"
    )


def test_a_report_sent_again_is_the_same_answer_and_writes_nothing(parity_table: Table) -> None:
    subscription_id = create_subscription()["id"]
    sent = {"outcome": "FAILED", "paymentId": "pay_1", "occurredOn": to_iso(now())}
    first = expect(post_to_subscription("pay", subscription_id, sent), 200)
    before = scan_items(parity_table)
    for again in (sent, {"outcome": "FAILED", "paymentId": "pay_1"}):
        assert expect(post_to_subscription("pay", subscription_id, again), 200) == first
    assert scan_items(parity_table) == before
    assert first["status"] == "past_due"


def test_three_attempts_of_a_payment_lead_to_access_in_any_order() -> None:
    attempts = [("FAILED", 30), ("FAILED", 20), ("SUCCEEDED", 10)]
    for order in permutations(attempts):
        subscription_id = create_subscription()["id"]
        for outcome, minutes_ago in order:
            last = report(subscription_id, outcome, minutes_ago, paymentId=f"pay_{minutes_ago}")
        assert (last["status"], last["version"]) == ("active", 4)
    assert check_snapshot(FUTURE)["exports"].value == 600


def test_a_first_payment_counts_after_a_later_failure() -> None:
    subscription_id = create_subscription(payment_behavior="activate_on_payment")["id"]
    assert report(subscription_id, "FAILED", 1)["status"] == "incomplete"
    assert report(subscription_id, "SUCCEEDED", 2)["status"] == "past_due"
    assert report(subscription_id, "SUCCEEDED", 0, paymentFor="SUBSCRIPTION")["status"] == "active"


def test_a_failed_renewal_and_a_change_that_waits_are_told_apart() -> None:
    subscription_id = create_subscription()["id"]
    waiting = make_request("team", payment_behavior="activate_on_payment")
    expect(post_to_subscription("update", subscription_id, waiting), 200)
    assert report(subscription_id, "FAILED", paymentFor="CHANGE")["status"] == "active"
    assert report(subscription_id, "FAILED", paymentFor="SUBSCRIPTION")["status"] == "past_due"
    assert wrong_fields(send_report(subscription_id, "SUCCEEDED")) == {"paymentFor": 1}
    changed = report(subscription_id, "SUCCEEDED", paymentFor="CHANGE", paymentId="pay_2")
    assert (changed["status"], changed["plan"]["identifier"]) == ("past_due", "team")
    assert report(subscription_id, "SUCCEEDED", paymentFor="CHANGE", paymentId="pay_2") == changed
    assert refusal(send_report(subscription_id, "SUCCEEDED", paymentFor="CHANGE")) == (
        409,
        "no_payment_awaited",
    )
    assert report(subscription_id, "SUCCEEDED")["status"] == "active"


def test_an_ended_subscription_knows_its_payments_and_takes_no_other() -> None:
    subscription_id = create_subscription()["id"]
    report(subscription_id, "FAILED", 1, paymentId="pay_1")
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    assert report(subscription_id, "FAILED", paymentId="pay_1")["status"] == "canceled"
    assert refusal(send_report(subscription_id, "SUCCEEDED", 0)) == (409, "no_payment_awaited")


def test_a_moment_may_be_five_minutes_ahead_and_not_more() -> None:
    subscription_id = create_subscription()["id"]
    assert report(subscription_id, "SUCCEEDED", -4.9)["status"] == "active"
    assert wrong_fields(send_report(subscription_id, "FAILED", -5.1)) == {"occurredOn": 1}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("paymentId", ""),
        ("paymentId", "p" * 101),
        ("paymentId", 5),
        ("paymentId", "a\x07b"),
        ("paymentId", " "),
        ("occurredOn", "yesterday"),
        ("occurredOn", 1764000000),
        ("occurredOn", "1999-12-31T00:00:00Z"),
        ("paymentFor", "RENEWAL"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_recorded(field: str, value: Any) -> None:  # noqa: ANN401
    body = create_subscription()
    reply = post_to_subscription("pay", body["id"], {"outcome": "FAILED", field: value})
    assert set(wrong_fields(reply)) == {field}
    assert get_subscription(body["id"]) == body


def test_a_payment_id_may_be_any_text() -> None:
    subscription_id = create_subscription()["id"]
    for name in ("зп ✓ #1", "p" * 100):
        report(subscription_id, "SUCCEEDED", 1, paymentId=name)
    assert {each.id for each in load_subscription(subscription_id).payments} == {"зп ✓ #1", "p" * 100}


def test_a_report_that_lost_a_race_is_applied_to_what_the_other_one_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from parity.subscriptions.store.subscriptions import SubscriptionStore  # noqa: PLC0415

    subscription_id = create_subscription()["id"]
    replace, others = SubscriptionStore.replace, ["SUCCEEDED"]

    def replace_late(store: SubscriptionStore, *args: Any, **more: Any) -> None:  # noqa: ANN401
        if others:
            report(subscription_id, others.pop(), 1)
        replace(store, *args, **more)

    monkeypatch.setattr(SubscriptionStore, "replace", replace_late)
    assert report(subscription_id, "FAILED", 2)["status"] == "active"
