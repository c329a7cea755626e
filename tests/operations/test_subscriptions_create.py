"""POST /api/v1/subscriptions/create and GET /api/v1/subscriptions/{subscriptionId}."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset
from parity.core.times import now, to_iso
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.builders.customers import create_customer
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
    send_subscription,
)
from tests.support.fakes.functions import call

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def test_a_subscription_has_every_field_when_created_and_read() -> None:
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
        "unpaidChange": None,
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


def test_fields_of_other_systems_are_ignored() -> None:
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


def test_a_single_charge_has_no_recurrence_and_no_end() -> None:
    body = create_subscription(charge_period="ONE_TIME")
    assert body["billingType"] == "ONE_TIME"
    without = ("recurrence", "recurrenceUnit", "recurrenceType", "billingPeriodEndTime", "nextInvoiceDate")
    assert [body[name] for name in without] == [None] * 5


def test_a_free_plan_has_no_next_invoice() -> None:
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


def test_a_bought_quantity_replaces_the_plans_value() -> None:
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


def test_a_subscription_with_a_later_start_is_scheduled_and_gives_access_from_then_on() -> None:
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


def test_the_trial_is_that_of_the_price_unless_given() -> None:
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


def test_a_subscription_with_a_later_start_has_its_trial_then() -> None:
    sell_plan("trial", make_price(trial_days=14))
    body = create_subscription(plan_identifier="trial", start_date=to_iso(FUTURE))
    assert (body["status"], body["trialDaysRemaining"]) == ("scheduled", 14)
    assert body["trialEnd"] == to_iso(FUTURE + timedelta(days=14))
    without = create_subscription(plan_identifier="trial", start_date=to_iso(FUTURE), trial_end="now")
    assert without["trialEnd"] is None


def test_a_subscription_that_awaits_its_payment_is_incomplete_and_gives_no_access() -> None:
    body = create_subscription(payment_behavior="activate_on_payment")
    assert body["status"] == "incomplete"
    assert recompute_and_check() == {}
    assert count_live_subscriptions() == 1


def test_a_version_published_later_leaves_the_subscription_unchanged() -> None:
    body = create_subscription()
    sell_plan("pro", make_price(amount="30.00"), gives=(make_entitlement(value=1000),))
    assert get_subscription(body["id"]) == body
    later = create_subscription()
    assert (later["planVersion"], later["amount"]) == (2, "30.00")


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
