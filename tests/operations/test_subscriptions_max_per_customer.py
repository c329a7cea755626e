"""How many live subscriptions to a plan a customer may have: `maxPerCustomer` of the plan."""

from __future__ import annotations

from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import edit_plan, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    create_subscription,
    get_subscription,
    make_request,
    post_to_subscription,
    send_subscription,
    subscribe_at,
)
from tests.support.fakes.functions import Reply
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")

ALREADY = (409, "already_subscribed")
UNPAID: dict[str, Any] = {"payment_behavior": "activate_on_payment"}


def limit_plan(plan: str = "pro", most: int | None = 1) -> None:
    expect(edit_plan(plan, maxPerCustomer=most), 200)


def send_update(subscription_id: str, plan: str = "pro", **fields: Any) -> Reply:  # noqa: ANN401
    return post_to_subscription("update", subscription_id, make_request(plan, **fields))


def cancel(subscription_id: str, kind: str = "IMMEDIATE") -> None:
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": kind}), 200)


def test_one_more_than_the_plan_allows_is_refused_and_nothing_is_written(parity_table: Table) -> None:
    limit_plan(most=2)
    ids = sorted(create_subscription(**fields)["id"] for fields in ({}, {"charge_period": "YEARLY"}))
    before = scan_items(parity_table)
    reply = send_subscription()
    assert refusal(reply) == ALREADY
    assert (reply.body["maxPerCustomer"], reply.body["subscriptionIds"]) == (2, ids)
    assert scan_items(parity_table) == before
    assert create_subscription(plan_identifier="team")["status"] == "active"
    create_customer("Beta")
    assert create_subscription(customer_id="beta")["status"] == "active"


@pytest.mark.parametrize(
    "fields",
    [{"start_date": to_iso(FUTURE)}, UNPAID, {"trial_end": to_iso(FUTURE)}, {"start_date": "2026-01-31"}],
    ids=["scheduled", "incomplete", "trialing", "active"],
)
def test_a_live_subscription_counts_whatever_its_status(fields: dict[str, Any]) -> None:
    limit_plan()
    subscription_id = create_subscription(**fields)["id"]
    attempts: list[dict[str, Any]] = [{}, UNPAID, {"start_date": to_iso(FUTURE)}]
    for again in attempts:
        assert refusal(send_subscription(**again)) == ALREADY
    cancel(subscription_id)
    assert create_subscription()["status"] == "active"


def test_a_subscription_that_is_past_due_or_to_be_canceled_counts_until_it_ends() -> None:
    limit_plan()
    subscription_id = create_subscription()["id"]
    expect(post_to_subscription("pay", subscription_id, {"outcome": "FAILED"}), 200)
    assert refusal(send_subscription()) == ALREADY
    cancel(subscription_id, "CURRENT_PERIOD_ENDS")
    assert refusal(send_subscription()) == ALREADY
    advance_subscription(subscription_id, FUTURE)
    assert create_subscription()["status"] == "active"


def test_a_subscription_that_has_ended_by_now_does_not_count_before_the_scheduler_ran() -> None:
    limit_plan()
    expired = subscribe_at(now() - 2 * DAY, awaits_payment=True)
    assert get_subscription(expired)["status"] == "incomplete"
    assert create_subscription()["status"] == "active"


@pytest.mark.parametrize("fields", [{}, {"effective": "PERIOD_END"}, UNPAID], ids=["now", "later", "paid"])
def test_an_update_to_the_plan_counts_from_when_it_is_asked_for(fields: dict[str, str]) -> None:
    limit_plan("team")
    first, second = create_subscription()["id"], create_subscription()["id"]
    expect(send_update(first, "team", **fields), 200)
    for wanted in ({}, {"effective": "PERIOD_END"}, UNPAID):
        reply = send_update(second, "team", **wanted)
        assert (refusal(reply), reply.body["subscriptionIds"]) == (ALREADY, [first])
        assert refusal(post_to_subscription("preview", second, make_request("team", **wanted))) == ALREADY
    assert refusal(send_subscription(plan_identifier="team")) == ALREADY
    assert get_subscription(second)["version"] == 1


def test_a_change_that_is_taken_back_makes_room() -> None:
    limit_plan("team")
    first, second = create_subscription()["id"], create_subscription()["id"]
    expect(send_update(first, "team", effective="PERIOD_END"), 200)
    expect(post_to_subscription("undo", first), 200)
    expect(send_update(second, "team"), 200)


def test_a_subscription_that_has_the_plan_already_may_change_within_it() -> None:
    kept, other = create_subscription()["id"], create_subscription()["id"]
    limit_plan()
    expect(send_update(kept, charge_period="YEARLY"), 200)
    expect(send_update(kept, effective="PERIOD_END"), 200)
    expect(send_update(other, features=[{"identifier": "exports", "quantity": 7}]), 200)
    expect(send_update(other, "team"), 200)
    assert refusal(send_update(other)) == ALREADY


def test_a_limit_that_is_lowered_or_lifted_applies_to_the_next_one() -> None:
    create_subscription()
    create_subscription()
    limit_plan()
    assert refusal(send_subscription()) == ALREADY
    limit_plan(most=None)
    create_subscription()
    sell_plan("pro")
    create_subscription()


@pytest.mark.parametrize("awaited", [{}, UNPAID], ids=["active", "incomplete"])
def test_of_two_creates_at_once_one_is_refused(
    awaited: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is written between our read of what the customer has and our write."""
    limit_plan()
    create, others = SubscriptionStore.create, [awaited]

    def create_late(store: SubscriptionStore, *args: Any) -> None:  # noqa: ANN401
        if others:
            create_subscription(**others.pop())
        create(store, *args)

    monkeypatch.setattr(SubscriptionStore, "create", create_late)
    assert refusal(send_subscription(**awaited)) == ALREADY


@pytest.mark.parametrize("wanted", [{}, {"effective": "PERIOD_END"}, UNPAID], ids=["now", "later", "paid"])
def test_of_two_updates_at_once_one_is_refused(
    wanted: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_plan("team")
    ids = [create_subscription()["id"] for _ in range(2)]
    replace, others = SubscriptionStore.replace, ids[1:]

    def replace_late(store: SubscriptionStore, *args: Any, **more: Any) -> None:  # noqa: ANN401
        if others:
            expect(send_update(others.pop(), "team", **UNPAID), 200)
        replace(store, *args, **more)

    monkeypatch.setattr(SubscriptionStore, "replace", replace_late)
    reply = send_update(ids[0], "team", **wanted)
    assert (refusal(reply), reply.body["subscriptionIds"]) == (ALREADY, ids[1:])
