"""POST /api/v1/customers/{customerId}/unarchive."""

from __future__ import annotations

from parity.core.periods import Reset
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import make_hard_limit
from tests.support.builders.customers import (
    archive_customer,
    create_customer,
    get_customer,
    list_customer_ids,
)
from tests.support.builders.entitlements import (
    check_entitlements,
    explain_entitlement,
    send_grant,
    subscribe_acme,
)
from tests.support.builders.reports import report_usage
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.fakes.functions import Reply, call


def send_unarchive(customer_id: str = "acme", **headers: str) -> Reply:
    return call("customers/unarchive", parameters={"customerId": customer_id}, headers=headers)


def test_an_unarchived_customer_is_active_and_listed_again() -> None:
    before = create_customer("Acme", metadata={"a": 1})
    archive_customer("acme")
    reply = send_unarchive()
    after = expect(reply, 200)
    assert after == before | {"version": 3, "modifiedOn": after["modifiedOn"]}
    assert reply.headers["etag"] == '"3"'
    assert get_customer("acme") == after
    assert list_customer_ids() == list_customer_ids("search=acme") == ["acme"]
    assert list_customer_ids("status=archived") == []


def test_what_was_used_of_a_grant_stays_used() -> None:
    """100 of the plan and 10 of the grant are used when the plan ends. The counter is not settled then."""
    subscription_id = subscribe_acme(make_hard_limit(100, reset=Reset.EVERY_MONTH))
    expect(send_grant(value=30, reset="NEVER"), 201)
    report_usage(110)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    before = explain_entitlement(at=None)
    assert (before["usageLimit"], before["currentUsage"], before["remaining"]) == (30, 10, 20)
    archive_customer("acme")
    assert check_entitlements() == {}
    expect(send_unarchive(), 200)
    after = explain_entitlement(at=None)
    assert (after["usageLimit"], after["currentUsage"], after["remaining"]) == (30, 10, 20)


def test_unarchiving_an_active_customer_changes_nothing() -> None:
    before = create_customer("Acme")
    assert expect(send_unarchive(), 200) == before


def test_an_unknown_customer_is_not_found() -> None:
    assert refusal(send_unarchive("nobody")) == (404, "customer_not_found")


def test_if_match_guards_unarchiving() -> None:
    create_customer("Acme")
    archive_customer("acme")
    assert refusal(send_unarchive(**{"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(send_unarchive(**{"If-Match": "2"})) == {"If-Match": 1}
    assert get_customer("acme")["status"] == "archived"
    assert send_unarchive(**{"If-Match": '"2"'}).status == 200
