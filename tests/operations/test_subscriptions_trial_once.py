"""The trial of a price is given once per customer and plan."""

from __future__ import annotations

from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.subscriptions.store import keys
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.answers import expect
from tests.support.builders.catalog import make_price, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    create_subscription,
    load_subscription,
    make_request,
    post_to_subscription,
    subscribe_at,
)

UNPAID = {"payment_behavior": "activate_on_payment"}


@pytest.fixture(autouse=True)
def _plan_with_trial(sold_to_acme: None) -> None:
    sell_plan("trial", make_price(trial_days=14), make_price("YEARLY", "200.00", trial_days=30))


def start_trial(**fields: Any) -> dict[str, Any]:  # noqa: ANN401
    return create_subscription(plan_identifier="trial", **fields)


def send(operation: str, subscription_id: str, body: dict[str, Any]) -> None:
    expect(post_to_subscription(operation, subscription_id, body), 200)


def cancel(subscription_id: str) -> None:
    send("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"})


def test_a_second_subscription_to_the_plan_is_paid_for_at_once() -> None:
    first, second = start_trial(), start_trial()
    assert (first["status"], second["status"], second["trialEnd"]) == ("trialing", "active", None)
    assert second["nextInvoiceDate"] == second["billingPeriodEndTime"][:10]
    assert start_trial(charge_period="YEARLY")["status"] == "active"
    assert start_trial(start_date=to_iso(FUTURE))["trialEnd"] is None
    create_customer("Beta")
    assert start_trial(customer_id="beta")["status"] == "trialing"


def test_a_trial_that_was_canceled_or_has_ended_is_not_given_again() -> None:
    cancel(start_trial()["id"])
    assert start_trial()["status"] == "active"
    sell_plan("other", make_price(trial_days=14))
    ended = create_subscription(plan_identifier="other")["id"]
    advance_subscription(ended, now() + 15 * DAY)
    cancel(ended)
    assert create_subscription(plan_identifier="other")["status"] == "active"


def test_a_new_version_of_the_plan_gives_no_new_trial() -> None:
    start_trial()
    sell_plan("trial", make_price(amount="30.00", trial_days=60))
    later = start_trial()
    assert (later["planVersion"], later["status"]) == (2, "active")


def test_a_trial_is_given_again_if_it_is_asked_for() -> None:
    start_trial()
    asked = start_trial(trial_end=to_iso(FUTURE))
    assert (asked["status"], asked["trialEnd"]) == ("trialing", to_iso(FUTURE))


def test_a_trial_that_was_asked_for_is_the_one_of_its_plan() -> None:
    start_trial(trial_end=to_iso(FUTURE))
    assert start_trial()["status"] == "active"


def test_a_subscription_without_a_trial_leaves_the_trial_of_the_plan() -> None:
    start_trial(trial_end="now")
    assert start_trial()["status"] == "trialing"


def test_a_trial_belongs_to_the_plan_that_gave_it_also_after_a_change() -> None:
    moved = start_trial()["id"]
    sell_plan("team", make_price(trial_days=7))
    send("update", moved, make_request("team"))
    assert load_subscription(moved).trial_plan == "trial"
    assert start_trial()["status"] == "active"
    assert create_subscription(plan_identifier="team")["status"] == "trialing"
    assert create_subscription(plan_identifier="team")["status"] == "active"


def test_an_update_to_the_plan_gives_no_trial_and_takes_none() -> None:
    changed = create_subscription()["id"]
    body = make_request("trial")
    preview = expect(post_to_subscription("preview", changed, body), 200)
    send("update", changed, body)
    assert load_subscription(changed).trial_end is None
    assert preview["nextInvoice"]["amountDueUnits"] == 2000
    assert start_trial()["status"] == "trialing"


def test_a_trial_that_is_to_come_is_given_already() -> None:
    scheduled = start_trial(start_date=to_iso(FUTURE))
    assert start_trial()["status"] == "active"
    cancel(scheduled["id"])
    assert start_trial()["status"] == "trialing"


def test_a_trial_whose_first_payment_was_never_made_is_still_to_be_had() -> None:
    cancel(start_trial(**UNPAID)["id"])
    subscribe_at(now() - 2 * DAY, "trial", awaits_payment=True)
    waiting = start_trial(**UNPAID)
    assert waiting["trialDaysRemaining"] == 14
    assert start_trial()["status"] == "active"
    send("pay", waiting["id"], {"outcome": "SUCCEEDED"})
    cancel(waiting["id"])
    assert start_trial()["status"] == "active"


def test_a_trial_before_a_payment_that_failed_was_had() -> None:
    ended = subscribe_at(now() - 40 * DAY, "trial")
    send("pay", ended, {"outcome": "FAILED"})
    cancel(ended)
    assert start_trial()["status"] == "active"


def test_a_subscription_stored_before_trials_had_a_plan_has_had_that_of_its_plan(parity_table: Table) -> None:
    stored = start_trial()["id"]
    parity_table.update(
        keys.subscription("acme", stored),
        "SET version = :same REMOVE trialPlan",
        "attribute_exists(trialPlan)",
        {":same": 1},
    )
    assert load_subscription(stored).trial_plan == "trial"
    assert start_trial()["status"] == "active"


@pytest.mark.parametrize("awaited", [{}, UNPAID], ids=["trialing", "incomplete"])
def test_of_two_creates_at_once_one_has_the_trial(
    awaited: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    create, others = SubscriptionStore.create, [awaited]
    made = []

    def create_late(store: SubscriptionStore, *args: Any) -> None:  # noqa: ANN401
        if others:
            made.append(start_trial(**others.pop()))
        create(store, *args)

    monkeypatch.setattr(SubscriptionStore, "create", create_late)
    made.append(start_trial(**awaited))
    assert [body["trialEnd"] is not None for body in made] == [True, False]
