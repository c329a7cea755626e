"""/api/v1/catalog/plans/{plan}/prices."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    FREE,
    MONTHLY,
    create_plan,
    create_published_plan,
    get_plan,
    list_plan_prices,
    replace_prices,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

TRIAL = {"freeTrial": True, "trialPeriod": 14}


@pytest.fixture(autouse=True)
def _plan(parity_table: Table) -> None:
    create_plan("Pro")


def test_prices_are_replaced_as_a_whole() -> None:
    expect(replace_prices("pro", FREE), 200)
    yearly = {"chargePeriod": "YEARLY", "priceType": "CUSTOM", "currency": "jpy"}
    reply = replace_prices("pro", MONTHLY | TRIAL, yearly)
    body = expect(reply, 200)
    assert (body["count"], body["planVersion"], reply.headers["etag"]) == (2, 1, '"3"')
    assert body["results"] == list_plan_prices()
    assert list_plan_prices() == [
        MONTHLY | TRIAL | {"enabled": True},
        {
            "chargePeriod": "YEARLY",
            "priceType": "CUSTOM",
            "amount": "0",
            "currency": "JPY",
            "freeTrial": False,
            "trialPeriod": 0,
            "enabled": True,
        },
    ]
    assert expect(replace_prices("pro"), 200)["results"] == []


def test_a_read_answer_can_be_sent_back() -> None:
    replace_prices("pro", MONTHLY | TRIAL, FREE)
    before = list_plan_prices()
    assert expect(replace_prices("pro", *before), 200)["results"] == before


def test_keys_may_be_in_snake_case_and_the_vendors_own_mean_nothing() -> None:
    price = {"charge_period": "MONTHLY", "price_type": "PAID", "amount": "1", "trial_period": 7}
    vendor = {"taxBehavior": "inclusive", "enabled": True}
    (shown,) = expect(replace_prices("pro", price | vendor), 200)["results"]
    assert (shown["amount"], shown["freeTrial"], shown["trialPeriod"]) == ("1.00", True, 7)


def test_a_published_version_keeps_its_prices() -> None:
    create_published_plan("Team")
    assert expect(replace_prices("team", MONTHLY), 200)["planVersion"] == 1
    assert get_plan("team")["draftVersion"] is None
    assert expect(replace_prices("team", FREE), 200)["planVersion"] == 2
    assert [price["priceType"] for price in list_plan_prices("team")] == ["PAID"]
    assert [price["priceType"] for price in list_plan_prices("team", 2)] == ["FREE"]


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"chargePeriod", "priceType"}),
    "an unknown period": (MONTHLY | {"chargePeriod": "FORTNIGHTLY"}, {"chargePeriod"}),
    "a type in lower case": (MONTHLY | {"priceType": "paid"}, {"priceType"}),
    "an amount as a number": (MONTHLY | {"amount": 20.0}, {"amount"}),
    "a negative amount": (MONTHLY | {"amount": "-1.00"}, {"amount"}),
    "a third digit": (MONTHLY | {"amount": "1.001"}, {"amount"}),
    "a long amount": (MONTHLY | {"amount": "1" * 5000}, {"amount"}),
    "no amount": ({"chargePeriod": "MONTHLY", "priceType": "PAID"}, {"amount"}),
    "a free price that costs": (FREE | {"amount": "1.00"}, {"amount"}),
    "an unknown currency": (MONTHLY | {"currency": "BTC"}, {"currency"}),
    "yen with digits": (MONTHLY | {"currency": "JPY"}, {"amount"}),
    "a trial of one payment": (FREE | TRIAL, {"trialPeriod"}),
    "a trial without days": (MONTHLY | {"freeTrial": True}, {"trialPeriod"}),
    "days without a trial": (MONTHLY | TRIAL | {"freeTrial": False}, {"trialPeriod"}),
    "a trial of 731 days": (MONTHLY | {"trialPeriod": 731}, {"trialPeriod"}),
    "a trial of half a day": (MONTHLY | {"trialPeriod": 0.5}, {"trialPeriod"}),
    "a price that is off": (MONTHLY | {"enabled": False}, {"enabled"}),
    "an unknown field": (MONTHLY | {"nope": 1}, {"nope"}),
}


def test_each_wrong_field_is_named_by_its_place_and_nothing_is_stored(parity_table: Table) -> None:
    before = scan_items(parity_table)
    named = {}
    for case, (wrong, _) in WRONG.items():
        reply = replace_prices("pro", MONTHLY | {"chargePeriod": "DAILY"}, wrong)
        assert wrong_fields(reply).keys() == {"prices"}, case
        named[case] = {error["pointer"].removeprefix("#/prices/1/") for error in reply.body["errors"]}
    assert named == {case: fields for case, (_, fields) in WRONG.items()}
    assert scan_items(parity_table) == before


def test_a_charge_period_has_one_price() -> None:
    reply = replace_prices("pro", MONTHLY, FREE, MONTHLY | {"currency": "EUR"})
    assert wrong_fields(reply) == {"prices": 1}
    assert reply.body["errors"][0]["pointer"] == "#/prices/2/chargePeriod"
    assert wrong_fields(replace_prices("pro", *[MONTHLY] * 500)) == {"prices": 1}


def test_the_same_key_replaces_once() -> None:
    first = replace_prices("pro", MONTHLY, headers={"Idempotency-Key": "k"})
    expect(replace_prices("pro", FREE), 200)
    again = replace_prices("pro", MONTHLY, headers={"Idempotency-Key": "k"})
    assert (again.status, again.body) == (200, first.body)
    assert [price["priceType"] for price in list_plan_prices()] == ["FREE"]


def test_if_match_guards_prices_and_an_unknown_plan_is_not_found() -> None:
    stale = replace_prices("pro", MONTHLY, headers={"If-Match": '"7"'})
    assert refusal(stale) == (412, "precondition_failed")
    assert refusal(replace_prices("nope", MONTHLY)) == (404, "plan_not_found")
    assert refusal(call("plan_prices/replace", parameters={"plan": "pro"}, body=None))[0] == 400
