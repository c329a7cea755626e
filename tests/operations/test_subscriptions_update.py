"""POST /api/v1/subscriptions/{subscriptionId}/update and .../update/preview."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_plan, make_entitlement, make_price, sell_plan
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
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
    sell_to_acme,
    subscribe_at,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def sold() -> None:
    sell_to_acme()


def update(subscription_id: str, plan: str = "team", period: str = "MONTHLY", **fields: Any) -> None:  # noqa: ANN401
    reply = post_to_subscription("update", subscription_id, make_request(plan, period, **fields))
    assert expect(reply, 200) == {"subscriptionId": subscription_id}
    assert reply.headers["etag"] == f'"{get_subscription(subscription_id)["version"]}"'


def preview(
    subscription_id: str,
    plan: str = "team",
    period: str = "MONTHLY",
    **fields: Any,  # noqa: ANN401
) -> dict[str, Any]:
    return expect(post_to_subscription("preview", subscription_id, make_request(plan, period, **fields)), 200)


def pending(subscription_id: str) -> tuple[str, str] | None:
    change = get_subscription(subscription_id)["pendingChange"]
    return change and (change["planIdentifier"], change["chargePeriod"])


def test_another_plan_is_there_at_once_in_the_same_period() -> None:
    before = create_subscription()
    update(before["id"])
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


def test_what_it_was_before_is_kept_as_superseded() -> None:
    before = create_subscription()
    update(before["id"])
    update(before["id"], "pro", "YEARLY")
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


def test_access_that_the_new_plan_does_not_give_is_gone_before_the_answer() -> None:
    body = create_subscription(plan_identifier="team")
    assert recompute_and_check()["seats"].has_access
    update(body["id"], "pro")
    assert check_snapshot().keys() == {"exports"}


def test_another_charge_period_starts_now_and_the_same_keeps_its_dates() -> None:
    started = now() - 10 * DAY
    subscription_id = subscribe_at(started)
    update(subscription_id)
    assert get_subscription(subscription_id)["billingPeriodStartTime"] == to_iso(started)
    update(subscription_id, "pro", "YEARLY")
    body = get_subscription(subscription_id)
    assert datetime.fromisoformat(body["billingPeriodStartTime"]) > now() - DAY
    assert body["startTime"] == to_iso(started)
    assert body["nextInvoiceDate"] == body["billingPeriodEndTime"][:10]
    update(subscription_id, "pro", "ONE_TIME")
    assert get_subscription(subscription_id)["billingPeriodEndTime"] is None


def test_one_that_has_not_started_gets_the_period_of_its_new_terms() -> None:
    body = create_subscription(start_date=to_iso(FUTURE))
    update(body["id"], "pro", "YEARLY")
    after = get_subscription(body["id"])
    assert after["status"] == "scheduled"
    assert after["billingPeriodStartTime"] == to_iso(FUTURE)
    assert after["billingPeriodEndTime"] == to_iso(FUTURE.replace(year=FUTURE.year + 1))
    once = create_subscription(start_date=to_iso(FUTURE), charge_period="ONE_TIME")
    update(once["id"], "team")
    assert datetime.fromisoformat(get_subscription(once["id"])["billingPeriodEndTime"]) < FUTURE + 32 * DAY


def test_the_same_again_changes_nothing(parity_table: Table) -> None:
    body = create_subscription()
    before = scan_items(parity_table)
    update(body["id"], "pro")
    assert scan_items(parity_table) == before
    assert get_subscription(body["id"]) == body


def test_the_plans_newest_version_comes_with_an_update_and_not_before() -> None:
    body = create_subscription()
    sell_plan("pro", make_price(amount="30.00"), gives=(make_entitlement(value=1000),))
    assert get_subscription(body["id"])["planVersion"] == 1
    update(body["id"], "pro")
    assert (get_subscription(body["id"])["planVersion"], check_snapshot()["exports"].value) == (2, 1000)


def test_quantities_stay_with_the_plan_unless_they_are_given() -> None:
    seats = [{"identifier": "seats", "quantity": 25}]
    body = create_subscription(plan_identifier="team", features=seats)

    def bought() -> int:
        return load_subscription(body["id"]).terms.quantities.get("seats", 0)

    sell_plan("team", make_price(amount="60.00"), gives=(make_entitlement("seats", 5),))
    update(body["id"], "team")
    assert (bought(), get_subscription(body["id"])["amount"]) == (25, "60.00")
    update(body["id"], "team", features=[{"identifier": "seats", "quantity": 7}])
    assert bought() == 7
    update(body["id"], "team", features=[])
    assert bought() == 0
    update(body["id"], "team", features=seats)
    update(body["id"], "pro")
    update(body["id"], "team")
    assert bought() == 0


def test_a_feature_that_the_new_version_lost_is_lost_with_its_quantity() -> None:
    body = create_subscription(plan_identifier="team", features=[{"identifier": "seats", "quantity": 25}])
    sell_plan("team", make_price(amount="60.00"))
    update(body["id"], "team")
    assert load_subscription(body["id"]).terms.quantities == {}


def test_a_running_trial_is_moved_or_ended() -> None:
    body = create_subscription(trial_end=to_iso(FUTURE))
    longer = FUTURE + 5 * DAY
    update(body["id"], "team", trial_end=to_iso(longer))
    after = get_subscription(body["id"])
    assert (after["status"], after["trialEnd"], after["version"]) == ("trialing", to_iso(longer), 2)
    assert after["billingPeriodEndTime"] == to_iso(longer)
    update(body["id"], "team", trial_end="now")
    ended = get_subscription(body["id"])
    assert (ended["status"], ended["version"], ended["trialDaysRemaining"]) == ("active", 3, 0)
    assert ended["billingPeriodStartTime"] == ended["trialEnd"] == ended["modifiedOn"]
    reply = post_to_subscription("update", body["id"], make_request(trial_end=to_iso(longer)))
    assert wrong_fields(reply) == {"trialEnd": 1}


def test_a_change_at_the_end_of_the_period_waits_for_it() -> None:
    body = create_subscription()
    end = body["billingPeriodEndTime"]
    update(body["id"], effective="PERIOD_END")
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


def test_a_change_that_waits_for_the_end_of_a_trial_comes_with_it() -> None:
    body = create_subscription(trial_end=to_iso(FUTURE))
    update(body["id"], effective="PERIOD_END")
    changed = advance_subscription(body["id"], FUTURE)
    assert (changed["status"], changed["plan"]["identifier"]) == ("active", "team")
    assert recompute_and_check(FUTURE)["exports"].value == 500


def test_a_change_now_takes_the_place_of_one_that_waits() -> None:
    body = create_subscription()
    update(body["id"], effective="PERIOD_END")
    update(body["id"], "pro", "YEARLY", effective="PERIOD_END")
    assert pending(body["id"]) == ("pro", "YEARLY")
    update(body["id"], "pro")
    assert pending(body["id"]) is None


def test_there_is_no_next_period_for_what_ends_or_was_charged_once() -> None:
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
        ({"payment_behavior": "activate_on_payment"}, "paymentBehavior"),
        ({"customer_id": "acme"}, "customerId"),
        ({"start_date": "2030-01-01"}, "startDate"),
        ({"nope": 1}, "nope"),
    ]
    for operation in ("update", "preview"):
        for fields, name in wrong:
            reply = post_to_subscription(operation, body["id"], make_request() | fields)
            assert {to_camel(each) for each in wrong_fields(reply)} == {name}, (operation, fields)
    assert scan_items(parity_table) == before


def test_a_plan_that_is_not_sold_any_more_is_refused() -> None:
    body = create_subscription()
    archive_plan("team")
    for operation in ("update", "preview"):
        assert refusal(post_to_subscription(operation, body["id"], make_request("team"))) == (
            409,
            "plan_archived",
        )
    assert get_subscription(body["id"]) == body


def test_what_has_ended_cannot_be_changed() -> None:
    body = create_subscription()
    post_to_subscription("cancel", body["id"], {"cancellation_type": "IMMEDIATE"})
    for operation in ("update", "preview"):
        assert refusal(post_to_subscription(operation, body["id"], make_request("team"))) == (
            409,
            "subscription_ended",
        )


def test_what_time_has_ended_cannot_be_changed_even_before_the_scheduler_came() -> None:
    subscription_id = subscribe_at(now() - 2 * DAY, trial_end=now() - DAY)
    update(subscription_id)
    body = get_subscription(subscription_id)
    assert (body["status"], body["plan"]["identifier"]) == ("active", "team")


def test_a_change_made_in_between_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody cancels between our read and our write: both stand in the end."""
    from parity.subscriptions.store.subscriptions import SubscriptionStore  # noqa: PLC0415

    body = create_subscription()
    replace = SubscriptionStore.replace

    def interrupted(store: SubscriptionStore, *args: Any, **options: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(SubscriptionStore, "replace", replace)
        post_to_subscription("cancel", body["id"], {"cancellation_type": "CURRENT_PERIOD_ENDS"})
        replace(store, *args, **options)

    monkeypatch.setattr(SubscriptionStore, "replace", interrupted)
    update(body["id"])
    after = get_subscription(body["id"])
    assert (after["plan"]["identifier"], after["endDate"], after["version"]) == (
        "team", body["nextInvoiceDate"], 3
    )  # fmt: skip


def test_a_preview_says_what_an_update_would_do_and_writes_nothing(parity_table: Table) -> None:
    body = create_subscription()
    recompute_and_check()
    before = scan_items(parity_table)
    shown = preview(body["id"])
    assert scan_items(parity_table) == before
    effective_on = datetime.fromisoformat(shown.pop("effectiveOn"))
    assert now() - DAY < effective_on <= now()
    assert shown == {
        "currency": "USD",
        "recurringAmount": 50.0,
        "recurringAmountUnits": 5000,
        "amountChargedImmediately": 0.0,
        "amountChargedImmediatelyUnits": 0,
        "nextInvoice": {
            "amountDue": 50.0,
            "amountDueUnits": 5000,
            "nextPaymentAttempt": body["billingPeriodEndTime"],
            "lineItems": [{"description": "Team (MONTHLY)", "amount": 50.0, "amountUnits": 5000}],
        },
        "before": [meter("exports", 100)],
        "after": [meter("exports", 500), meter("seats", 5)],
    }
    update(body["id"])
    assert [meter(name, each.value) for name, each in check_snapshot().items()] == shown["after"]


def meter(feature: str, value: int | None) -> dict[str, Any]:
    return {
        "featureId": feature,
        "featureType": "METER",
        "hasAccess": True,
        "value": value,
        "unlimited": False,
        "reset": "NEVER",
    }


def test_a_preview_of_a_later_change_looks_at_that_moment() -> None:
    body = create_subscription()
    shown = preview(body["id"], effective="PERIOD_END")
    assert shown["effectiveOn"] == body["billingPeriodEndTime"]
    assert shown["nextInvoice"]["amountDueUnits"] == shown["recurringAmountUnits"] == 5000
    assert [each["value"] for each in shown["before"] + shown["after"]] == [100, 500, 5]
    scheduled = create_subscription(start_date=to_iso(FUTURE))
    assert [each["value"] for each in preview(scheduled["id"])["before"]] == [200]


def test_a_preview_counts_what_the_customers_other_subscriptions_give() -> None:
    create_subscription()
    body = create_subscription()
    shown = preview(body["id"])
    assert [each["value"] for each in shown["before"] + shown["after"]] == [200, 600, 5]


def test_money_is_shown_in_the_smallest_unit_of_its_currency() -> None:
    sell_plan(
        "yen",
        make_price(amount="1500", currency="JPY"),
        gives=(make_entitlement("calls", None, unlimited=True),),
    )
    sell_plan("dinar", make_price(amount="1.250", currency="KWD"))
    sell_plan("free", make_price(amount="0.00"))
    body = create_subscription()
    yen, dinar, free = (preview(body["id"], plan) for plan in ("yen", "dinar", "free"))
    assert (yen["recurringAmount"], yen["recurringAmountUnits"], yen["currency"]) == (1500.0, 1500, "JPY")
    assert yen["after"][0] == meter("calls", None) | {"unlimited": True}
    assert (dinar["recurringAmount"], dinar["recurringAmountUnits"]) == (1.25, 1250)
    assert (free["recurringAmountUnits"], free["nextInvoice"]) == (0, None)


def test_a_preview_needs_no_customer_with_a_snapshot_of_today() -> None:
    """The stream may be late: a preview computes from what is stored, not from the snapshot."""
    body = create_subscription()
    assert check_snapshot() == {}
    assert preview(body["id"])["before"] == [meter("exports", 100)]
    assert call("subscriptions/get", parameters={"subscriptionId": body["id"]}).body == body
