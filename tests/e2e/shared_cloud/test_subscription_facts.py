"""Starts in the past, limits and trials per customer, and late payments, against the running stack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError

from parity.core.times import now, to_iso
from tests.support.answers import http_refusal, problem_of
from tests.support.engines.sdk import Subscription, every_client
from tests.support.scenarios.http_plans import ENTITLEMENTS, SMALL, publish_plan, subscribe_and_wait
from tests.support.scenarios.http_subscriptions import get_subscription, list_subscriptions

pytestmark = pytest.mark.usefixtures("sold")


@every_client
def test_the_library_is_told_that_a_plan_allows_no_second_subscription(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    plan = f"once-{identifier}"
    publish_plan(client, plan, ENTITLEMENTS[SMALL])
    assert client.patch(f"/catalog/plans/{plan}/", json={"maxPerCustomer": 1}).json()["maxPerCustomer"] == 1
    first = subscribe_and_wait(client, identifier, plan)
    second = subscribe_and_wait(client, identifier, SMALL)
    with pytest.raises(APIError) as refused:
        subscription.update(second["id"], planIdentifier=plan, chargePeriod="MONTHLY")
    assert problem_of(refused)["subscriptionIds"] == [first["id"]]
    body = {"plan_identifier": plan, "charge_period": "MONTHLY", "customer_id": identifier}
    assert http_refusal(client.post("/subscriptions/create/", json=body)) == (409, "already_subscribed")
    subscription.cancel(first["id"], "IMMEDIATE")
    subscription.update(second["id"], planIdentifier=plan, chargePeriod="MONTHLY")
    assert get_subscription(client, second["id"])["plan"]["identifier"] == plan


def test_a_customer_who_moves_in_has_the_period_and_the_trial_of_before(
    client: httpx.Client, identifier: str
) -> None:
    start, trial_end = now() - timedelta(days=40), now() - timedelta(days=26)
    dates = {"start_date": to_iso(start), "trial_end": to_iso(trial_end)}
    moved = subscribe_and_wait(client, identifier, SMALL, **dates)
    assert (moved["status"], moved["billingPeriodStartTime"]) == ("active", to_iso(trial_end))
    before = f"{start + timedelta(days=1):%Y-%m-%d}"
    assert list_subscriptions(client, customer_id=identifier, start_date_before=before) == [moved["id"]]


def test_a_trial_is_given_once(client: httpx.Client, identifier: str) -> None:
    plan = f"trial-{identifier}"
    publish_plan(client, plan, ENTITLEMENTS[SMALL])
    price = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}
    trial = price | {"freeTrial": True, "trialPeriod": 14}
    assert client.post(f"/catalog/plans/{plan}/prices/bulk/", json={"prices": [trial]}).is_success
    assert client.post(f"/catalog/plans/{plan}/publish/").is_success
    first = subscribe_and_wait(client, identifier, plan)
    client.post(f"/subscriptions/{first['id']}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    second = subscribe_and_wait(client, identifier, plan)
    assert (first["status"], second["status"], second["trialEnd"]) == ("trialing", "active", None)


def test_a_failure_that_is_reported_after_the_success_of_its_retry_changes_nothing(
    client: httpx.Client, identifier: str
) -> None:
    path = f"/subscriptions/{subscribe_and_wait(client, identifier, SMALL)['id']}/payment/"

    def report(outcome: str, minutes_ago: int) -> Any:  # noqa: ANN401
        occurred_on = to_iso(now() - timedelta(minutes=minutes_ago))
        return client.post(path, json={"outcome": outcome, "paymentId": "pi_1", "occurredOn": occurred_on})

    assert report("SUCCEEDED", 10).json()["status"] == "active"
    late = report("FAILED", 20)
    assert (late.status_code, late.json()["status"]) == (200, "active")
    assert report("FAILED", 5).json()["status"] == "past_due"
