"""Cancellations of subscriptions through the public client library (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from paritydeals_sdk.exceptions import AuthenticationError, InvalidRequestError

from parity.core.times import now
from tests.support.answers import http_refusal, problem_of
from tests.support.engines.processes import wait_until
from tests.support.engines.sdk import OPEN_LIBRARY, Subscription, every_client
from tests.support.scenarios.http_plans import ENTITLEMENTS, LARGE, check_entitlements, subscribe_and_wait
from tests.support.scenarios.http_subscriptions import count_live_subscriptions, get_subscription

pytestmark = pytest.mark.usefixtures("sold")


def wait_for_end(client: httpx.Client, customer_id: str, end: str) -> None:
    """Until the stream function has written when the access ends."""

    def ends() -> bool:
        answer = client.get(f"/customers/{customer_id}/entitlements/").json()
        return all(each["validUntil"] == end for each in answer["entitlements"])

    wait_until(ends)


@every_client
def test_an_immediate_cancel_takes_access_away_before_it_is_answered(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    answer = subscription.cancel(made["id"], "IMMEDIATE")
    assert made["id"] in answer.message
    assert check_entitlements(client, identifier) == {}
    canceled = get_subscription(client, made["id"])
    assert (canceled["status"], canceled["cancellationReason"]) == ("canceled", "CANCELLED_BY_MERCHANT")
    assert canceled["endDate"] == f"{now():%Y-%m-%d}"
    assert count_live_subscriptions(client, identifier) == 0


def test_a_cancel_at_the_period_end_keeps_access_until_then(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "CURRENT_PERIOD_ENDS")
    ending = get_subscription(client, made["id"])
    assert ending["status"] == "active"
    assert ending["endDate"] == made["billingPeriodEndTime"][:10]
    assert ending["canceledAt"] is not None
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[LARGE].keys()
    path = f"/customers/{identifier}/entitlements/"

    def accessible(at: str) -> list[Any]:
        found: list[Any] = client.get(path, params={"at": at}).json()["entitlements"]
        return found

    wait_for_end(client, identifier, made["billingPeriodEndTime"])
    assert accessible(made["billingPeriodEndTime"]) == []
    assert len(accessible(made["billingPeriodStartTime"])) == len(ENTITLEMENTS[LARGE])


@every_client
def test_a_cancel_on_a_date_keeps_access_until_then(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    day = f"{now() + timedelta(days=10):%Y-%m-%d}"
    assert day in subscription.cancel(made["id"], "SPECIFIC_DATE", day).message
    ending = get_subscription(client, made["id"])
    assert (ending["status"], ending["endDate"]) == ("active", day)
    wait_for_end(client, identifier, f"{day}T00:00:00.000000Z")


def test_a_date_beside_another_type_of_cancellation_is_ignored(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "IMMEDIATE", "2199-01-01")
    assert get_subscription(client, made["id"])["status"] == "canceled"


def test_a_cancellation_at_the_period_end_can_be_undone(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "CURRENT_PERIOD_ENDS")
    kept = client.post(f"/subscriptions/{made['id']}/undo/").json()
    assert (kept["endDate"], kept["canceledAt"], kept["cancellationReason"]) == (None, None, None)
    subscription.cancel(made["id"], "IMMEDIATE")
    assert http_refusal(client.post(f"/subscriptions/{made['id']}/undo/")) == (409, "subscription_ended")


def test_a_customer_can_be_archived_once_the_last_subscription_has_ended(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    refused = client.delete(f"/customers/{identifier}/")
    assert http_refusal(refused) == (409, "customer_has_live_subscriptions")
    assert refused.json()["subscriptions"] == 1
    assert refused.json()["blockedBy"] == [{"id": made["id"], "planIdentifier": LARGE, "status": "active"}]
    subscription.cancel(made["id"], "IMMEDIATE")
    assert client.delete(f"/customers/{identifier}/").status_code == 204
    again = {"plan_identifier": LARGE, "charge_period": "MONTHLY", "customer_id": identifier}
    assert http_refusal(client.post("/subscriptions/create/", json=again)) == (409, "customer_archived")


def test_a_date_that_has_passed_is_an_invalid_request(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    with pytest.raises(InvalidRequestError) as caught:
        subscription.cancel(made["id"], "SPECIFIC_DATE", "2020-01-01")
    assert "cancellationDate" in problem_of(caught)


def test_a_wrong_key_is_an_authentication_error(url: str, edge_url: str) -> None:
    for open_library in OPEN_LIBRARY.values():
        with open_library("sk_wrong", url, edge_url) as wrong, pytest.raises(AuthenticationError):
            wrong.subscription.cancel(str(uuid4()), "IMMEDIATE")
