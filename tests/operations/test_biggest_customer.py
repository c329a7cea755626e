"""Every operation works for the biggest customer that there may be (docs/decisions/0039)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from parity.core.times import now
from parity.customers.store import keys
from parity.dynamodb.table import Table
from parity.subscriptions.rules.subscriptions import MAX_LIVE_SUBSCRIPTIONS
from parity.subscriptions.store import subscriptions
from tests.support.answers import expect, refusal
from tests.support.builders.customers import archive_customer, get_customer, send_erase
from tests.support.builders.entitlements import (
    check_entitlements,
    create_grant,
    explain_entitlements,
    list_grants,
    remove_grant,
    remove_override,
    set_override,
)
from tests.support.builders.reports import report_usage, reserve_usage, reset_usage, settle_reservation
from tests.support.builders.subscriptions import (
    get_subscription,
    list_subscription_ids,
    make_request,
    post_to_subscription,
    send_subscription,
    update_subscription,
)
from tests.support.builders.usage_history import list_periods, query_usage
from tests.support.fakes.event_sources import UsageStream, advance_due, deliver_records
from tests.support.fakes.functions import Context, call, load_handler
from tests.support.fakes.gateway import load_sample_event
from tests.support.scenarios.biggest_customer import name_features, subscribe_acme_often

MOST_BYTES = 6 * 1024 * 1024
"""A function may answer so much."""

IMMEDIATE = {"cancellation_type": "IMMEDIATE"}
SIZES = [
    pytest.param((4, 3), id="small"),
    pytest.param((MAX_LIVE_SUBSCRIPTIONS, 100), id="full", marks=pytest.mark.slow),
]
"""Subscriptions and metered features."""


@dataclass(frozen=True)
class BiggestCustomer:
    """`acme`, with as many subscriptions as it may have. Usage of the first features is known."""

    subscriptions: list[str]
    features: list[str]
    stream: UsageStream

    def deliver_streams(self) -> None:
        """What the stream functions do of what has changed."""
        event = load_sample_event("entitlements_recompute")
        event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = keys.customer("acme")["PK"]
        assert load_handler("entitlements/recompute").handler(event, Context()) == {"batchItemFailures": []}
        assert deliver_records(self.stream.read_changes(), now()) == []


@pytest.fixture(params=SIZES)
def biggest(
    request: pytest.FixtureRequest, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> BiggestCustomer:
    """In the small variant, the limit is lower."""
    number, features = request.param
    monkeypatch.setattr(subscriptions, "MAX_LIVE_SUBSCRIPTIONS", number)
    made = subscribe_acme_often(number, features)
    return BiggestCustomer(made, name_features(features), UsageStream(parity_table))


def list_values(feature: str) -> dict[str, int]:
    """What each source gives, by its id."""
    (entry,) = explain_entitlements(query=f"featureId={feature}", at=None).values()
    return {source["id"]: source["value"] for source in entry["sources"]}


def test_one_more_subscription_is_refused(biggest: BiggestCustomer) -> None:
    reply = send_subscription(plan_identifier="large")
    assert refusal(reply) == (409, "too_many_subscriptions")
    assert get_customer("acme")["subscriptions"] == len(biggest.subscriptions)


def test_all_that_it_has_is_checked_and_explained(biggest: BiggestCustomer) -> None:
    entries = check_entitlements()
    assert entries.keys() == set(biggest.features)
    assert all(entry["hasAccess"] for entry in entries.values())
    explained = explain_entitlements(at=None)
    assert {len(entry["sources"]) for entry in explained.values()} == {len(biggest.subscriptions)}
    checks = [{"customerId": "acme", "featureId": name} for name in biggest.features]
    reply = call("entitlements/check_batch", body={"checks": checks})
    assert [each["featureId"] for each in expect(reply, 200)["results"]] == biggest.features
    assert len(reply.text) < MOST_BYTES


def test_its_subscriptions_are_listed_and_changed(biggest: BiggestCustomer) -> None:
    first, second, third = biggest.subscriptions[:3]
    assert len(list_subscription_ids("customer_id=acme&page_size=100")) == len(biggest.subscriptions)
    preview = call("subscriptions/preview", parameters={"subscriptionId": first}, body=make_request("large"))
    assert len(expect(preview, 200)["after"]) == len(biggest.features)
    ends = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
    for verb, body in (("cancel", ends), ("undo", None), ("pay", {"outcome": "FAILED"})):
        expect(post_to_subscription(verb, first, body), 200)
    expect(post_to_subscription("pay", first, {"outcome": "SUCCEEDED"}), 200)
    quantity = [{"identifier": biggest.features[0], "quantity": 7}]
    update_subscription(second, "large", features=quantity)
    assert list_values(biggest.features[0])[second] == 7
    expect(post_to_subscription("cancel", third, IMMEDIATE), 200)
    assert list_values(biggest.features[0]).keys() == set(biggest.subscriptions) - {third}
    biggest.deliver_streams()
    assert get_subscription(third)["status"] == "canceled"


def test_overrides_and_grants_come_and_go(biggest: BiggestCustomer) -> None:
    feature = biggest.features[0]
    set_override(feature, value=5)
    assert check_entitlements()[feature]["usageLimit"] == 5
    grant_id = create_grant(3, featureId=feature)["grantId"]
    assert len(list_grants()) == 1
    assert remove_grant(grant_id).status == 204
    assert remove_override(feature).status == 204
    assert list_values(feature).keys() == set(biggest.subscriptions)
    biggest.deliver_streams()


def test_usage_is_reported_reserved_counted_and_shown(biggest: BiggestCustomer) -> None:
    for feature in biggest.features[:2]:
        report_usage(5, featureId=feature, enforce=True)
        report_usage(7, featureId=feature)
    feature = biggest.features[0]
    settle = settle_reservation("confirm", reserve_usage(2, featureId=feature))
    expect(settle, 200)
    biggest.deliver_streams()
    assert check_entitlements()[feature]["currentUsage"] == 14
    assert expect(query_usage(f"featureId={feature}"), 200)["total"] == 14
    expect(list_periods(feature), 200)
    expect(call("usage/alerts", parameters={"customerId": "acme"}, query=f"featureId={feature}"), 200)
    expect(reset_usage(feature), 200)
    biggest.deliver_streams()
    assert check_entitlements()[feature]["currentUsage"] == 0


def test_its_subscriptions_are_renewed(biggest: BiggestCustomer) -> None:
    report_usage(5, featureId=biggest.features[0])
    advanced, failed = advance_due(now() + timedelta(days=40))
    assert (advanced, failed) == (len(biggest.subscriptions), 0)
    biggest.deliver_streams()


def test_it_is_archived_unarchived_and_erased(biggest: BiggestCustomer) -> None:
    for feature in biggest.features:
        report_usage(1, featureId=feature)
    refused = call("customers/archive", parameters={"customerId": "acme"})
    assert refusal(refused) == (409, "customer_has_live_subscriptions")
    assert len(refused.body["blockedBy"]) == min(20, len(biggest.subscriptions))
    for subscription_id in biggest.subscriptions:
        expect(post_to_subscription("cancel", subscription_id, IMMEDIATE), 200)
    archive_customer("acme")
    assert check_entitlements() == {}
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    biggest.deliver_streams()
    archive_customer("acme")
    assert send_erase().status in {200, 204}
