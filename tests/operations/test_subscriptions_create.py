"""POST /api/v1/subscriptions/create and GET /api/v1/subscriptions/{subscriptionId}."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.catalog.rules.features import FeatureType
from parity.core.periods import Reset
from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_plan, make_entitlement, make_price, sell_plan
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.subscriptions import (
    FUTURE,
    UNKNOWN_ID,
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    load_subscription,
    make_request,
    post_to_subscription,
    sell_to_acme,
    send_subscription,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import lose_first_answer, scan_items


@pytest.fixture(autouse=True)
def sold() -> None:
    sell_to_acme()


def test_a_subscription_is_answered_with_every_field_and_read_so() -> None:
    before = now()
    reply = send_subscription()
    body = expect(reply, 201)
    start = datetime.fromisoformat(body["startTime"])
    assert before <= start <= now()
    end = load_subscription(body["id"]).period_end
    assert end
    assert body == {
        "id": body["id"],
        "customerId": "acme",
        "status": "active",
        "billingType": "SUBSCRIPTION",
        "plan": {"identifier": "pro", "name": "Pro"},
        "planVersion": 1,
        "product": {"id": "pro", "identifier": "pro", "name": "Pro"},
        "chargePeriod": "MONTHLY",
        "recurrence": "1 month",
        "recurrenceUnit": 1,
        "recurrenceType": "MONTH",
        "amount": "20.00",
        "currency": "USD",
        "startDate": f"{start:%Y-%m-%d}",
        "startTime": to_iso(start),
        "endDate": None,
        "trialEnd": None,
        "trialDaysRemaining": 0,
        "billingPeriodStartTime": to_iso(start),
        "billingPeriodEndTime": to_iso(end),
        "nextInvoiceDate": f"{end:%Y-%m-%d}",
        "canceledAt": None,
        "cancellationReason": None,
        "cancellationFeedback": None,
        "cancellationComment": None,
        "pendingChange": None,
        "features": [
            {
                "identifier": "exports",
                "featureType": "METER",
                "value": 100,
                "hasUnlimitedUsage": False,
                "reset": "NEVER",
                "resetTime": "BEGINNING_OF_PERIOD",
                "hardLimit": True,
            }
        ],
        "files": [],
        "links": [],
        "license": [],
        "externalSubscriptionId": None,
        "version": 1,
        "createdOn": to_iso(start),
        "modifiedOn": to_iso(start),
    }
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == f"/api/v1/subscriptions/{body['id']}"
    read = call("subscriptions/get", parameters={"subscriptionId": body["id"].upper()})
    assert (read.status, read.body, read.headers["etag"]) == (200, body, '"1"')


def test_requests_may_be_in_camel_case() -> None:
    body = {
        "planIdentifier": "pro",
        "chargePeriod": "YEARLY",
        "customerId": "acme",
        "startDate": to_iso(FUTURE),
        "trialEnd": "now",
        "paymentBehavior": "activate_on_payment",
        "successUrl": "https://x.example",
        "ipAddress": "203.0.113.7",
    }
    made = expect(call("subscriptions/create", body=body), 201)
    assert (made["status"], made["recurrence"]) == ("incomplete", "1 year")


def test_what_other_systems_need_means_nothing_here() -> None:
    vendor: dict[str, Any] = {
        "success_url": "https://x.example",
        "ip_address": None,
        "offering_id": "o-1",
        "pricing_table_id": 5,
        "rule_id": [],
        "probation_behaviour": "x",
        "proration_behavior": "NO_PRORATION",
    }
    assert create_subscription(**vendor)["status"] == "active"
    assert create_subscription(**dict.fromkeys(["features", "start_date", "trial_end", "payment_behavior"]))[
        "id"
    ]


def test_every_charge_period_has_its_words() -> None:
    words = {
        "DAILY": ("1 day", 1, "DAY"),
        "WEEKLY": ("1 week", 1, "WEEK"),
        "TWENTY_EIGHT_DAYS": ("28 day", 28, "DAY"),
        "MONTHLY": ("1 month", 1, "MONTH"),
        "THREE_MONTHS": ("3 month", 3, "MONTH"),
        "SIX_MONTHS": ("6 month", 6, "MONTH"),
        "YEARLY": ("1 year", 1, "YEAR"),
    }
    sell_plan("all", *map(make_price, words))
    made = {period: create_subscription(plan_identifier="all", charge_period=period) for period in words}
    names = ("recurrence", "recurrenceUnit", "recurrenceType")
    assert {period: tuple(body[name] for name in names) for period, body in made.items()} == words
    assert {body["billingType"] for body in made.values()} == {"SUBSCRIPTION"}


def test_what_is_charged_once_has_no_recurrence_and_no_end() -> None:
    body = create_subscription(charge_period="ONE_TIME")
    assert body["billingType"] == "ONE_TIME"
    without = ("recurrence", "recurrenceUnit", "recurrenceType", "billingPeriodEndTime", "nextInvoiceDate")
    assert [body[name] for name in without] == [None] * 5


def test_nothing_is_invoiced_for_what_is_free() -> None:
    sell_plan("free", make_price(amount="0.00"))
    assert create_subscription(plan_identifier="free")["nextInvoiceDate"] is None


def test_a_subscription_gives_access_and_keeps_the_customer_from_being_archived() -> None:
    create_subscription()
    assert recompute_and_check()["exports"].value == 100
    assert count_live_subscriptions() == 1
    refused = call("customers/archive", parameters={"customerId": "acme"})
    assert refusal(refused) == (409, "customer_has_live_subscriptions")


def test_several_subscriptions_of_one_customer_add_up() -> None:
    made = [create_subscription(), create_subscription(), create_subscription(plan_identifier="team")]
    assert len({body["id"] for body in made}) == 3
    assert count_live_subscriptions() == 3
    assert recompute_and_check()["exports"].value == 700


def test_a_quantity_that_is_bought_takes_the_place_of_the_plans_own() -> None:
    switch = make_entitlement("sso", 1, FeatureType.BOOLEAN)
    endless = make_entitlement("calls", None, unlimited=True, hard_limit=False)
    sell_plan("seats", gives=(make_entitlement("seats", 5, reset=Reset.EVERY_MONTH), switch, endless))
    bought = [{"identifier": "seats", "quantity": 25}]
    body = create_subscription(plan_identifier="seats", features=bought)
    shown = {
        row["identifier"]: (row["value"], row["hasUnlimitedUsage"], row["reset"]) for row in body["features"]
    }
    assert shown == {
        "seats": (25, False, "EVERY_MONTH"),
        "sso": (1, False, "NEVER"),
        "calls": (None, True, "NEVER"),
    }
    assert recompute_and_check()["seats"].value == 25


def test_one_that_starts_later_is_scheduled_and_gives_access_from_then_on() -> None:
    body = create_subscription(start_date=f"{FUTURE:%Y-%m-%d}")
    start = FUTURE.replace(hour=0, minute=0, second=0)
    assert (body["status"], body["startTime"]) == ("scheduled", to_iso(start))
    assert body["billingPeriodStartTime"] == to_iso(start)
    assert body["nextInvoiceDate"] == body["startDate"] == f"{FUTURE:%Y-%m-%d}"
    assert recompute_and_check() == {}
    assert check_snapshot(start)["exports"].has_access
    assert count_live_subscriptions() == 1


def test_times_without_an_offset_are_utc() -> None:
    for text, expected in {
        f"{FUTURE:%Y-%m-%dT%H:%M}": FUTURE.replace(second=0),
        f"{FUTURE:%Y-%m-%dT%H:%M:%S}+02:00": FUTURE - timedelta(hours=2),
        f"{FUTURE:%Y-%m-%dT%H:%M:%S}.25Z": FUTURE + timedelta(milliseconds=250),
    }.items():
        assert create_subscription(start_date=text)["startTime"] == to_iso(expected)


def test_todays_date_is_now() -> None:
    assert create_subscription(start_date=f"{now():%Y-%m-%d}")["status"] == "active"


def test_the_trial_is_the_prices_own_unless_told_otherwise() -> None:
    sell_plan("trial", make_price(trial_days=14))
    body = create_subscription(plan_identifier="trial")
    assert (body["status"], body["trialDaysRemaining"]) == ("trialing", 14)
    start = datetime.fromisoformat(body["startTime"])
    assert body["trialEnd"] == body["billingPeriodEndTime"] == to_iso(start + timedelta(days=14))
    assert body["nextInvoiceDate"] == body["trialEnd"][:10]
    none = create_subscription(plan_identifier="trial", trial_end="now")
    assert (none["status"], none["trialEnd"], none["trialDaysRemaining"]) == ("active", None, 0)
    longer = create_subscription(plan_identifier="trial", trial_end=to_iso(FUTURE))
    assert (longer["status"], longer["trialEnd"]) == ("trialing", to_iso(FUTURE))
    assert longer["trialDaysRemaining"] == 100
    assert create_subscription(trial_end=to_iso(FUTURE))["status"] == "trialing"


def test_one_that_starts_later_has_its_trial_then() -> None:
    sell_plan("trial", make_price(trial_days=14))
    body = create_subscription(plan_identifier="trial", start_date=to_iso(FUTURE))
    assert (body["status"], body["trialDaysRemaining"]) == ("scheduled", 14)
    assert body["trialEnd"] == to_iso(FUTURE + timedelta(days=14))
    without = create_subscription(plan_identifier="trial", start_date=to_iso(FUTURE), trial_end="now")
    assert without["trialEnd"] is None


def test_one_that_awaits_its_payment_is_incomplete_and_gives_no_access() -> None:
    body = create_subscription(payment_behavior="activate_on_payment")
    assert body["status"] == "incomplete"
    assert recompute_and_check() == {}
    assert count_live_subscriptions() == 1


def test_a_published_version_later_leaves_the_subscription_as_it_is() -> None:
    body = create_subscription()
    sell_plan("pro", make_price(amount="30.00"), gives=(make_entitlement(value=1000),))
    assert get_subscription(body["id"]) == body
    later = create_subscription()
    assert (later["planVersion"], later["amount"]) == (2, "30.00")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no plan": ({"plan_identifier": None}, "planIdentifier"),
    "unknown plan": ({"plan_identifier": "gone"}, "planIdentifier"),
    "no slug": ({"plan_identifier": "Pro#1"}, "planIdentifier"),
    "endless plan": ({"plan_identifier": "p" * 5000}, "planIdentifier"),
    "no price": ({"charge_period": "WEEKLY"}, "chargePeriod"),
    "no period": ({"charge_period": "monthly"}, "chargePeriod"),
    "unknown customer": ({"customer_id": "nobody"}, "customerId"),
    "no identifier": ({"customer_id": "a/b"}, "customerId"),
    "endless customer": ({"customer_id": "c" * 5000}, "customerId"),
    "yesterday": ({"start_date": "2026-01-01"}, "startDate"),
    "no date": ({"start_date": "soon"}, "startDate"),
    "number": ({"start_date": 5}, "startDate"),
    "too far": ({"start_date": "9999-12-31"}, "startDate"),
    "before all time": ({"start_date": "0001-01-01T00:00:00+14:00"}, "startDate"),
    "trial in the past": ({"trial_end": "2026-01-01"}, "trialEnd"),
    "no trial": ({"trial_end": "later"}, "trialEnd"),
    "trial too long": ({"trial_end": "9999-12-31T23:59:59-14:00"}, "trialEnd"),
    "trial before start": (
        {"trial_end": to_iso(FUTURE), "start_date": to_iso(FUTURE + timedelta(days=1))},
        "trialEnd",
    ),
    "trial of one time": ({"charge_period": "ONE_TIME", "trial_end": to_iso(FUTURE)}, "trialEnd"),
    "unknown feature": ({"features": [{"identifier": "gone", "quantity": 1}]}, "features"),
    "twice": ({"features": [{"identifier": "exports", "quantity": n} for n in (1, 2)]}, "features"),
    "negative": ({"features": [{"identifier": "exports", "quantity": -1}]}, "features"),
    "half": ({"features": [{"identifier": "exports", "quantity": 1.5}]}, "features"),
    "true": ({"features": [{"identifier": "exports", "quantity": True}]}, "features"),
    "too much": ({"features": [{"identifier": "exports", "quantity": 2**53 + 1}]}, "features"),
    "no list": ({"features": {"exports": 1}}, "features"),
    "too many": ({"features": [{"identifier": f"f{n}", "quantity": 1} for n in range(101)]}, "features"),
    "other behaviour": ({"payment_behavior": "x"}, "paymentBehavior"),
    "unknown field": ({"nope": 1}, "nope"),
    "version": ({"version": 1}, "version"),
}


def test_wrong_fields_are_named_and_nothing_is_written(parity_table: Table) -> None:
    before = scan_items(parity_table)
    found = {
        case: {to_camel(name) for name in wrong_fields(send_subscription(**fields))}
        for case, (fields, _) in WRONG.items()
    }
    assert found == {case: {name} for case, (_, name) in WRONG.items()}
    assert scan_items(parity_table) == before


def test_a_hostile_body_is_refused() -> None:
    hostile: list[Any] = [[], "x", 5, b"\xff", "{", None, {}]
    for body in hostile:
        assert refusal(call("subscriptions/create", body=body))[0] == 400, body


def test_a_plan_that_is_not_sold_is_refused() -> None:
    call("plans/create", body={"name": "Draft"})
    assert refusal(send_subscription(plan_identifier="draft")) == (409, "plan_not_published")
    archive_plan("pro")
    assert refusal(send_subscription()) == (409, "plan_archived")


def test_an_archived_customer_gets_no_subscription() -> None:
    archive_customer("acme")
    assert refusal(send_subscription()) == (409, "customer_archived")
    assert count_live_subscriptions() == 0


def test_archived_in_between_there_is_no_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our reading of the plan and our writing, somebody archives the customer: never both."""
    from parity.subscriptions.store.subscriptions import SubscriptionStore  # noqa: PLC0415

    put = SubscriptionStore.create

    def interrupted(store: SubscriptionStore, *args: Any) -> None:  # noqa: ANN401
        archive_customer("acme")
        put(store, *args)

    monkeypatch.setattr(SubscriptionStore, "create", interrupted)
    assert refusal(send_subscription()) == (409, "customer_archived")
    assert count_live_subscriptions() == 0


def test_archiving_meets_a_subscription_that_was_created_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    from parity.customers.store.customers import CustomerStore  # noqa: PLC0415

    replace = CustomerStore.replace

    def interrupted(store: CustomerStore, *args: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(CustomerStore, "replace", replace)
        create_subscription()
        replace(store, *args)

    monkeypatch.setattr(CustomerStore, "replace", interrupted)
    refused = call("customers/archive", parameters={"customerId": "acme"})
    assert refusal(refused) == (409, "customer_has_live_subscriptions")
    assert count_live_subscriptions() == 1


def test_a_create_sent_twice_by_the_aws_client_is_one_subscription(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = lose_first_answer(parity_table, monkeypatch)
    body = create_subscription()
    assert lost
    assert get_subscription(body["id"]) == body
    assert count_live_subscriptions() == 1


def test_an_unknown_subscription_is_not_found() -> None:
    bodies: dict[str, Any] = {
        "update": make_request(),
        "preview": make_request(),
        "cancel": {"cancellation_type": "IMMEDIATE"},
        "undo": None,
        "pay": {"outcome": "FAILED"},
    }
    for unknown in (UNKNOWN_ID, "nope", "SUBSCRIPTION#1", "x" * 5000, "%00", "..", "é"):
        read = call("subscriptions/get", parameters={"subscriptionId": unknown})
        replies = [
            read,
            *(post_to_subscription(operation, unknown, body) for operation, body in bodies.items()),
        ]
        assert {refusal(reply) for reply in replies} == {(404, "subscription_not_found")}, unknown


def test_customers_do_not_see_each_others_subscriptions() -> None:
    create_customer("Other")
    create_subscription()
    assert count_live_subscriptions("other") == 0
    assert check_snapshot(datetime.now(UTC), "other") == {}
