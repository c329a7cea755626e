"""GET /api/v1/customers/{customerId}/grants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.entitlements.store import keys
from parity.entitlements.store.overrides import override_store
from tests.support.answers import refusal
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    create_grant,
    list_grants,
    list_overrides,
    make_override,
    recompute_snapshot,
    remove_grant,
    set_override,
)
from tests.support.builders.moments import DAY
from tests.support.builders.reports import report_usage
from tests.support.builders.subscriptions import FUTURE
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import call


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")
    create_feature()


def list_balances() -> list[tuple[int, Any, Any]]:
    return [(each["value"], each["used"], each["remaining"]) for each in list_grants()]


def test_grants_are_listed_by_feature_and_then_by_when_they_start() -> None:
    create_feature("Calls")
    starts = [now() + days * DAY for days in (3, 1, 2)]
    for start in starts:
        create_grant(startsOn=to_iso(start))
    create_grant(featureId="calls")
    listed = [(each["featureId"], each["startsOn"]) for each in list_grants()]
    assert [feature for feature, _ in listed] == ["calls", "exports", "exports", "exports"]
    assert [start for _, start in listed[1:]] == sorted(map(to_iso, starts))


def test_a_list_is_one_query(parity_table: Table) -> None:
    create_grant()
    with record_requests(parity_table.client) as requests:
        list_grants()
    assert [operation for operation, _ in requests] == ["Query"]


def test_what_is_left_of_a_balance_that_is_used_up_once() -> None:
    create_grant(50, reset="NEVER")
    recompute_snapshot()
    report_usage(20)
    assert list_balances() == [(50, 20, 30)]


def test_the_grant_that_expires_soonest_is_used_first() -> None:
    create_grant(50, reset="NEVER")
    create_grant(30, reset="NEVER", expiresOn=to_iso(FUTURE))
    recompute_snapshot()
    report_usage(40)
    assert sorted(list_balances()) == [(30, 30, 0), (50, 10, 40)]


def test_a_grant_that_is_not_in_effect_has_no_balance() -> None:
    create_grant(7, startsOn=to_iso(now() + DAY))
    override_store().put("acme", make_override(number="old", expires_on=now() - timedelta(minutes=1)))
    assert sorted(list_balances()) == [(7, None, None), (10, None, None)]


def test_an_archived_customer_keeps_its_grants_and_can_use_none() -> None:
    create_grant()
    archive_customer("acme")
    assert list_balances() == [(5, None, None)]


def test_the_grant_that_put_sets_is_listed_under_the_feature_as_its_id() -> None:
    create_grant(3)
    set_override(type="grant", value=5)
    set_override(type="override", value=9)
    assert {each["grantId"]: each["value"] for each in list_grants()}["exports"] == 5
    assert len(list_grants()) == 2
    assert [(each["type"], each["value"]) for each in list_overrides()] == [("override", 9), ("grant", 5)]


def test_one_stored_by_a_former_release_is_listed_and_can_be_removed(parity_table: Table) -> None:
    set_override(type="grant", value=5)
    item = parity_table.get(keys.override("acme", "grant", "exports")) or {}
    new = {"version", "anchor", "modifiedOn", "writeId"}
    old = {name: value for name, value in item.items() if name not in new}
    parity_table.client.put_item(TableName=parity_table.name, Item=to_wire(old))
    (row,) = list_grants()
    assert (row["grantId"], row["startsOn"], row["remaining"]) == ("exports", row["createdOn"], 5)
    assert remove_grant("exports").status == 204
    assert list_grants() == []


def test_grants_of_other_customers_are_not_listed() -> None:
    create_customer("Acme Two")
    create_grant(customer_id="acme-two")
    assert list_grants() == []


def test_an_unknown_customer_is_not_found() -> None:
    reply = call("grants/list", parameters={"customerId": "nobody"})
    assert refusal(reply) == (404, "customer_not_found")
