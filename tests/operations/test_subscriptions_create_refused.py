"""POST /api/v1/subscriptions/create: what is refused, and what others do meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.core.times import to_iso
from parity.customers.store import keys
from parity.dynamodb.table import Table, table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_plan
from tests.support.builders.customers import archive_customer
from tests.support.builders.subscriptions import (
    FUTURE,
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    post_to_subscription,
    send_subscription,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import lose_first_answer, scan_items, scan_rows

pytestmark = pytest.mark.usefixtures("sold_to_acme")

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
    "too long ago": ({"start_date": "2016-01-01"}, "startDate"),
    "paid in the past": (
        {"start_date": "2026-01-01", "payment_behavior": "activate_on_payment"},
        "paymentBehavior",
    ),
    "no date": ({"start_date": "soon"}, "startDate"),
    "number": ({"start_date": 5}, "startDate"),
    "too far": ({"start_date": "9999-12-31"}, "startDate"),
    "before all time": ({"start_date": "0001-01-01T00:00:00+14:00"}, "startDate"),
    "trial in the past": ({"trial_end": "2026-01-01"}, "trialEnd"),
    "trial before a past start": ({"trial_end": "2025-12-31", "start_date": "2026-01-01"}, "trialEnd"),
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
    before = scan_rows(parity_table)
    found = {
        case: {to_camel(name) for name in wrong_fields(send_subscription(**fields))}
        for case, (fields, _) in WRONG.items()
    }
    assert found == {case: {name} for case, (_, name) in WRONG.items()}
    assert scan_rows(parity_table) == before


def test_a_hostile_body_is_refused() -> None:
    hostile: list[Any] = [[], "x", 5, b"\xff", "{", None, {}]
    for body in hostile:
        assert refusal(call("subscriptions/create", body=body))[0] == 400, body


def test_an_unpublished_or_archived_plan_is_refused() -> None:
    call("plans/create", body={"name": "Draft"})
    assert refusal(send_subscription(plan_identifier="draft")) == (409, "plan_not_published")
    archive_plan("pro")
    assert refusal(send_subscription()) == (409, "plan_archived")


def test_an_archived_customer_gets_no_subscription() -> None:
    archive_customer("acme")
    assert refusal(send_subscription()) == (409, "customer_archived")
    assert count_live_subscriptions() == 0


def test_a_customer_archived_in_between_gets_no_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody archives the customer between our read of the plan and our write."""
    from parity.subscriptions.store.subscriptions import SubscriptionStore  # noqa: PLC0415

    put = SubscriptionStore.create

    def write_after_another(store: SubscriptionStore, *args: Any) -> None:  # noqa: ANN401
        archive_customer("acme")
        put(store, *args)

    monkeypatch.setattr(SubscriptionStore, "create", write_after_another)
    assert refusal(send_subscription()) == (409, "customer_archived")
    assert count_live_subscriptions() == 0


def test_archiving_is_refused_if_a_subscription_is_created_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from parity.customers.store.customers import CustomerStore  # noqa: PLC0415

    replace = CustomerStore.replace

    def write_after_another(store: CustomerStore, *args: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(CustomerStore, "replace", replace)
        create_subscription()
        replace(store, *args)

    monkeypatch.setattr(CustomerStore, "replace", write_after_another)
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


def count_as_live(customer_id: str, live: int) -> None:
    """Sets the customer's number of live subscriptions, as if it had so many."""
    table().update(
        keys.customer(customer_id), "SET liveSubscriptions = :live", "attribute_exists(PK)", {":live": live}
    )


def test_a_customer_gets_no_more_live_subscriptions_than_100(parity_table: Table) -> None:
    count_as_live("acme", 99)
    subscription_id = create_subscription()["id"]
    before = scan_items(parity_table)
    reply = send_subscription()
    assert refusal(reply) == (409, "too_many_subscriptions")
    assert reply.body["maxLiveSubscriptions"] == 100
    assert scan_items(parity_table) == before
    expect(post_to_subscription("cancel", subscription_id, {"cancellationType": "IMMEDIATE"}), 200)
    create_subscription()
    assert count_live_subscriptions() == 100


def test_an_archived_customer_is_told_of_that_and_not_of_the_limit() -> None:
    archive_customer("acme")
    assert refusal(send_subscription()) == (409, "customer_archived")
