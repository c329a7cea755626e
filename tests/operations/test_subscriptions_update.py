"""POST /api/v1/subscriptions/{subscriptionId}/update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.store import keys
from parity.subscriptions.store.items import subscription_to_item
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.catalog import archive_plan, make_entitlement, make_price, sell_plan
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    list_subscription_ids,
    load_subscription,
    make_request,
    post_to_subscription,
    subscribe_at,
    update_subscription,
)
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def get_pending_change(subscription_id: str) -> tuple[str, str] | None:
    change = get_subscription(subscription_id)["pendingChange"]
    return change and (change["planIdentifier"], change["chargePeriod"])


def test_another_plan_applies_at_once_in_the_same_period() -> None:
    before = create_subscription()
    update_subscription(before["id"])
    after = get_subscription(before["id"])
    assert after == before | {
        "plan": {"identifier": "team", "name": "Team"},
        "product": {"id": "team", "identifier": "team", "name": "Team"},
        "amount": "50.00",
        "features": after["features"],
        "version": 2,
        "modifiedOn": after["modifiedOn"],
    }
    assert {name: each.value for name, each in check_snapshot().items()} == {"exports": 500, "seats": 5}
    assert recompute_and_check() == check_snapshot()
    assert count_live_subscriptions() == 1


def test_the_old_terms_are_kept_as_superseded() -> None:
    before = create_subscription()
    update_subscription(before["id"])
    update_subscription(before["id"], "pro", "YEARLY")
    newest, oldest = (
        get_subscription(each) for each in list_subscription_ids("status=superseded&customer_id=acme")
    )
    assert (newest["plan"]["identifier"], oldest["plan"]["identifier"]) in {("team", "pro"), ("pro", "team")}
    old = oldest if oldest["plan"]["identifier"] == "pro" else newest
    assert old["id"] != before["id"]
    kept = ("customerId", "amount", "startTime", "billingPeriodStartTime", "features", "createdOn")
    assert [old[name] for name in kept] == [before[name] for name in kept]
    assert old["endDate"] == f"{now():%Y-%m-%d}"
    assert list_subscription_ids("customer_id=acme") == [before["id"]]
    assert set(list_subscription_ids("status=superseded")) == {newest["id"], oldest["id"]}
    assert refusal(post_to_subscription("update", old["id"], make_request())) == (409, "subscription_ended")


def test_replaced_terms_are_in_no_read_that_a_change_makes() -> None:
    subscription_id = create_subscription()["id"]
    for plan in ("team", "pro") * 3:
        update_subscription(subscription_id, plan)
    assert len(list_subscription_ids("status=superseded&customer_id=acme")) == 6
    assert [each.id for each in entitlement_store().holdings("acme").subscriptions] == [subscription_id]


def test_replaced_terms_that_were_written_among_the_subscriptions_are_still_found(
    parity_table: Table,
) -> None:
    update_subscription(create_subscription()["id"])
    (record_id,) = list_subscription_ids("status=superseded&customer_id=acme")
    (record,) = subscription_store().superseded_of_customer("acme")
    parity_table.delete(keys.superseded_terms("acme", record_id))
    key = keys.subscription("acme", record_id)
    parity_table.put_if_absent(subscription_to_item(record) | key)
    assert list_subscription_ids("status=superseded&customer_id=acme") == [record_id]
    assert get_subscription(record_id)["status"] == "superseded"


def test_access_without_the_new_plan_ends_before_the_answer() -> None:
    body = create_subscription(plan_identifier="team")
    assert recompute_and_check()["seats"].has_access
    update_subscription(body["id"], "pro")
    assert check_snapshot().keys() == {"exports"}


def test_another_charge_period_starts_now_and_the_same_one_keeps_its_dates() -> None:
    started = now() - 10 * DAY
    subscription_id = subscribe_at(started)
    update_subscription(subscription_id)
    assert get_subscription(subscription_id)["billingPeriodStartTime"] == to_iso(started)
    update_subscription(subscription_id, "pro", "YEARLY")
    body = get_subscription(subscription_id)
    assert datetime.fromisoformat(body["billingPeriodStartTime"]) > now() - DAY
    assert body["startTime"] == to_iso(started)
    assert body["nextInvoiceDate"] == body["billingPeriodEndTime"][:10]
    update_subscription(subscription_id, "pro", "ONE_TIME")
    assert get_subscription(subscription_id)["billingPeriodEndTime"] is None


def test_a_scheduled_subscription_gets_the_period_of_its_new_terms() -> None:
    body = create_subscription(start_date=to_iso(FUTURE))
    update_subscription(body["id"], "pro", "YEARLY")
    after = get_subscription(body["id"])
    assert after["status"] == "scheduled"
    assert after["billingPeriodStartTime"] == to_iso(FUTURE)
    assert after["billingPeriodEndTime"] == to_iso(FUTURE.replace(year=FUTURE.year + 1))
    once = create_subscription(start_date=to_iso(FUTURE), charge_period="ONE_TIME")
    update_subscription(once["id"], "team")
    assert datetime.fromisoformat(get_subscription(once["id"])["billingPeriodEndTime"]) < FUTURE + 32 * DAY


def test_an_update_to_the_same_terms_changes_nothing(parity_table: Table) -> None:
    body = create_subscription()
    before = scan_items(parity_table)
    update_subscription(body["id"], "pro")
    assert scan_items(parity_table) == before
    assert get_subscription(body["id"]) == body


def test_an_update_brings_the_plans_newest_version() -> None:
    body = create_subscription()
    sell_plan("pro", make_price(amount="30.00"), gives=(make_entitlement(value=1000),))
    assert get_subscription(body["id"])["planVersion"] == 1
    update_subscription(body["id"], "pro")
    assert (get_subscription(body["id"])["planVersion"], check_snapshot()["exports"].value) == (2, 1000)


def test_quantities_are_kept_within_a_plan_unless_given() -> None:
    seats = [{"identifier": "seats", "quantity": 25}]
    body = create_subscription(plan_identifier="team", features=seats)

    def bought() -> int:
        return load_subscription(body["id"]).terms.quantities.get("seats", 0)

    sell_plan("team", make_price(amount="60.00"), gives=(make_entitlement("seats", 5),))
    update_subscription(body["id"], "team")
    assert (bought(), get_subscription(body["id"])["amount"]) == (25, "60.00")
    update_subscription(body["id"], "team", features=[{"identifier": "seats", "quantity": 7}])
    assert bought() == 7
    update_subscription(body["id"], "team", features=[])
    assert bought() == 0
    update_subscription(body["id"], "team", features=seats)
    update_subscription(body["id"], "pro")
    update_subscription(body["id"], "team")
    assert bought() == 0


def test_the_quantity_of_a_removed_feature_is_removed() -> None:
    body = create_subscription(plan_identifier="team", features=[{"identifier": "seats", "quantity": 25}])
    sell_plan("team", make_price(amount="60.00"))
    update_subscription(body["id"], "team")
    assert load_subscription(body["id"]).terms.quantities == {}


def test_a_running_trial_is_moved_or_ended() -> None:
    body = create_subscription(trial_end=to_iso(FUTURE))
    longer = FUTURE + 5 * DAY
    update_subscription(body["id"], "team", trial_end=to_iso(longer))
    after = get_subscription(body["id"])
    assert (after["status"], after["trialEnd"], after["version"]) == ("trialing", to_iso(longer), 2)
    assert after["billingPeriodEndTime"] == to_iso(longer)
    update_subscription(body["id"], "team", trial_end="now")
    ended = get_subscription(body["id"])
    assert (ended["status"], ended["version"], ended["trialDaysRemaining"]) == ("active", 3, 0)
    assert ended["billingPeriodStartTime"] == ended["trialEnd"] == ended["modifiedOn"]
    reply = post_to_subscription("update", body["id"], make_request(trial_end=to_iso(longer)))
    assert wrong_fields(reply) == {"trialEnd": 1}


def test_a_change_at_the_end_of_the_period_waits_for_it() -> None:
    body = create_subscription()
    end = body["billingPeriodEndTime"]
    update_subscription(body["id"], effective="PERIOD_END")
    waiting = get_subscription(body["id"])
    assert waiting["plan"]["identifier"] == "pro"
    assert waiting["pendingChange"] == {
        "planIdentifier": "team", "planVersion": 1, "chargePeriod": "MONTHLY", "effectiveOn": end
    }  # fmt: skip
    at = datetime.fromisoformat(end)
    assert recompute_and_check()["exports"].value == 100
    assert check_snapshot(at)["exports"].value == 500
    changed = advance_subscription(body["id"], at)
    assert (changed["plan"]["identifier"], changed["pendingChange"]) == ("team", None)
    assert changed["billingPeriodStartTime"] == end
    assert [
        get_subscription(old)["plan"]["identifier"] for old in list_subscription_ids("status=superseded")
    ] == ["pro"]


def test_a_change_at_the_end_of_a_trial_takes_effect_with_it() -> None:
    body = create_subscription(trial_end=to_iso(FUTURE))
    update_subscription(body["id"], effective="PERIOD_END")
    changed = advance_subscription(body["id"], FUTURE)
    assert (changed["status"], changed["plan"]["identifier"]) == ("active", "team")
    assert recompute_and_check(FUTURE)["exports"].value == 500


def test_a_change_now_replaces_a_pending_one() -> None:
    body = create_subscription()
    update_subscription(body["id"], effective="PERIOD_END")
    update_subscription(body["id"], "pro", "YEARLY", effective="PERIOD_END")
    assert get_pending_change(body["id"]) == ("pro", "YEARLY")
    update_subscription(body["id"], "pro")
    assert get_pending_change(body["id"]) is None


@pytest.mark.parametrize("pays", [False, True])
def test_the_pending_plan_gives_access_at_once_if_it_is_changed_to_now(pays: bool) -> None:  # noqa: FBT001
    """The source of the pending plan begins now, and not only at the end of the period."""
    body = create_subscription()
    update_subscription(body["id"], effective="PERIOD_END")
    assert check_snapshot()["exports"].value == 100
    if pays:
        update_subscription(body["id"], payment_behavior="activate_on_payment")
        post_to_subscription("pay", body["id"], {"outcome": "SUCCEEDED"})
    else:
        update_subscription(body["id"])
    assert {name: each.value for name, each in check_snapshot().items()} == {"exports": 500, "seats": 5}


def test_a_change_at_the_period_end_needs_a_next_period() -> None:
    once = create_subscription(charge_period="ONE_TIME")
    ending = create_subscription()
    post_to_subscription("cancel", ending["id"], {"cancellation_type": "CURRENT_PERIOD_ENDS"})
    later = make_request("team", effective="PERIOD_END")
    for operation in ("update", "preview"):
        assert wrong_fields(post_to_subscription(operation, once["id"], later)) == {"effective": 1}
        assert refusal(post_to_subscription(operation, ending["id"], later)) == (409, "subscription_ending")


def test_wrong_fields_are_named_and_nothing_is_written(parity_table: Table) -> None:
    body = create_subscription()
    before = scan_items(parity_table)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"plan_identifier": "gone"}, "planIdentifier"),
        ({"plan_identifier": ""}, "planIdentifier"),
        ({"charge_period": "WEEKLY"}, "chargePeriod"),
        ({"charge_period": None}, "chargePeriod"),
        ({"effective": "LATER"}, "effective"),
        ({"features": [{"identifier": "seats", "quantity": 1}]}, "features"),
        ({"trial_end": to_iso(FUTURE)}, "trialEnd"),
        ({"trial_end": "now", "effective": "PERIOD_END"}, "trialEnd"),
        ({"payment_behavior": "pay_later"}, "paymentBehavior"),
        ({"payment_behavior": "activate_on_payment", "effective": "PERIOD_END"}, "paymentBehavior"),
        ({"payment_behavior": "activate_on_payment", "trial_end": "now"}, "paymentBehavior"),
        ({"customer_id": "acme"}, "customerId"),
        ({"start_date": "2030-01-01"}, "startDate"),
        ({"nope": 1}, "nope"),
    ]
    for operation in ("update", "preview"):
        for fields, name in wrong:
            reply = post_to_subscription(operation, body["id"], make_request() | fields)
            assert {to_camel(each) for each in wrong_fields(reply)} == {name}, (operation, fields)
    assert scan_items(parity_table) == before


def test_an_archived_plan_is_refused() -> None:
    body = create_subscription()
    archive_plan("team")
    for operation in ("update", "preview"):
        assert refusal(post_to_subscription(operation, body["id"], make_request("team"))) == (
            409,
            "plan_archived",
        )
    assert get_subscription(body["id"]) == body


def test_an_ended_subscription_cannot_be_changed() -> None:
    body = create_subscription()
    post_to_subscription("cancel", body["id"], {"cancellation_type": "IMMEDIATE"})
    for operation in ("update", "preview"):
        assert refusal(post_to_subscription(operation, body["id"], make_request("team"))) == (
            409,
            "subscription_ended",
        )


def test_a_trial_that_has_ended_is_over_even_before_the_scheduler_ran() -> None:
    subscription_id = subscribe_at(now() - 2 * DAY, trial_end=now() - DAY)
    update_subscription(subscription_id)
    body = get_subscription(subscription_id)
    assert (body["status"], body["plan"]["identifier"]) == ("active", "team")


def test_a_change_between_read_and_write_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody cancels between our read and our write: both changes are kept."""
    from parity.subscriptions.store.subscriptions import SubscriptionStore  # noqa: PLC0415

    body = create_subscription()
    replace = SubscriptionStore.replace

    def write_after_another(store: SubscriptionStore, *args: Any, **options: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(SubscriptionStore, "replace", replace)
        post_to_subscription("cancel", body["id"], {"cancellation_type": "CURRENT_PERIOD_ENDS"})
        replace(store, *args, **options)

    monkeypatch.setattr(SubscriptionStore, "replace", write_after_another)
    update_subscription(body["id"])
    after = get_subscription(body["id"])
    assert (after["plan"]["identifier"], after["endDate"], after["version"]) == (
        "team", body["nextInvoiceDate"], 3
    )  # fmt: skip
