"""Updates of subscriptions through the public client library (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError, InvalidRequestError, NotFoundError

from tests.support.answers import error_of, http_refusal, problem_of
from tests.support.engines.sdk import Subscription, every_client
from tests.support.scenarios.http_plans import (
    ENTITLEMENTS,
    LARGE,
    SMALL,
    check_entitlements,
    subscribe_and_wait,
)
from tests.support.scenarios.http_subscriptions import (
    count_live_subscriptions,
    get_subscription,
    list_subscriptions,
)

pytestmark = pytest.mark.usefixtures("sold")


@every_client
def test_an_update_changes_the_plan_now_and_keeps_the_id(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    answer = subscription.update(made["id"], planIdentifier=LARGE, chargePeriod="MONTHLY")
    assert answer.subscriptionId == made["id"]
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[LARGE].keys()
    changed = get_subscription(client, made["id"])
    assert (changed["plan"]["identifier"], changed["status"]) == (LARGE, "active")
    assert changed["billingPeriodEndTime"] == made["billingPeriodEndTime"]


def test_a_smaller_plan_takes_away_before_it_is_answered(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, LARGE)
    subscription.update(made["id"], planIdentifier=SMALL, chargePeriod="MONTHLY")
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()


def test_the_replaced_terms_are_kept_as_a_superseded_subscription(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    subscription.update(made["id"], planIdentifier=LARGE, chargePeriod="YEARLY")
    assert list_subscriptions(client, customer_id=identifier) == [made["id"]]
    (old,) = list_subscriptions(client, customer_id=identifier, status="superseded")
    assert old != made["id"]
    assert get_subscription(client, old)["plan"]["identifier"] == SMALL
    assert count_live_subscriptions(client, identifier) == 1


def test_another_charge_period_begins_now(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.update(made["id"], planIdentifier=LARGE, chargePeriod="YEARLY")
    changed = get_subscription(client, made["id"])
    assert (changed["recurrence"], changed["amount"]) == ("1 year", "200.00")
    assert changed["billingPeriodStartTime"] > made["billingPeriodStartTime"]


@every_client
def test_all_that_the_library_can_send_is_understood(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.update(
        made["id"],
        planIdentifier=LARGE,
        chargePeriod="MONTHLY",
        probationBehaviour="IMMEDIATE_CHARGE",
        offeringId=str(uuid4()),
        pricingTableId=str(uuid4()),
        ruleId=str(uuid4()),
        ipAddress="203.0.113.7",
        features=[{"identifier": "e2e-seats", "quantity": 40}],
    )
    assert check_entitlements(client, identifier)["e2e-seats"]["usageLimit"] == 40


def test_a_change_at_the_period_end_is_pending_and_can_be_undone(
    client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    terms = {"planIdentifier": LARGE, "chargePeriod": "MONTHLY", "effective": "PERIOD_END"}
    assert client.post(f"/subscriptions/{made['id']}/update/", json=terms).json() == {
        "subscriptionId": made["id"]
    }
    waiting = get_subscription(client, made["id"])
    assert (waiting["plan"]["identifier"], waiting["pendingChange"]["planIdentifier"]) == (SMALL, LARGE)
    assert client.post(f"/subscriptions/{made['id']}/undo/").json()["pendingChange"] is None
    assert http_refusal(client.post(f"/subscriptions/{made['id']}/undo/")) == (409, "nothing_to_undo")


def test_a_preview_says_what_would_change_and_changes_nothing(client: httpx.Client, identifier: str) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    terms = {"plan_identifier": LARGE, "charge_period": "YEARLY"}
    preview = client.post(f"/subscriptions/{made['id']}/update/preview/", json=terms).json()
    assert (preview["currency"], preview["recurringAmount"]) == ("USD", 200.0)
    assert get_subscription(client, made["id"]) == made
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()


CALLS: list[Callable[[Subscription, str], Any]] = [
    lambda operations, id_: operations.update(id_, planIdentifier=LARGE, chargePeriod="MONTHLY"),
    lambda operations, id_: operations.cancel(id_, "IMMEDIATE"),
]


@every_client
@pytest.mark.parametrize("call", CALLS, ids=["update", "cancel"])
@pytest.mark.parametrize("unknown", [str(uuid4()), "no-uuid"], ids=["uuid", "no uuid"])
def test_an_unknown_subscription_is_not_found(
    subscription: Subscription, call: Callable[[Subscription, str], Any], unknown: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        call(subscription, unknown)
    assert error_of(caught) == (404, "subscription_not_found")


@every_client
@pytest.mark.parametrize("call", CALLS, ids=["update", "cancel"])
def test_a_subscription_that_has_ended_refuses(
    subscription: Subscription,
    call: Callable[[Subscription, str], Any],
    client: httpx.Client,
    identifier: str,
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "IMMEDIATE")
    with pytest.raises(APIError) as caught:
        call(subscription, made["id"])
    assert error_of(caught) == (409, "subscription_ended")


@every_client
def test_an_update_to_unknown_terms_is_an_invalid_request(
    subscription: Subscription, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("planIdentifier", {"planIdentifier": "no-such-plan", "chargePeriod": "MONTHLY"}),
        ("chargePeriod", {"planIdentifier": LARGE, "chargePeriod": "WEEKLY"}),
        (
            "features",
            {
                "planIdentifier": LARGE,
                "chargePeriod": "MONTHLY",
                "features": [{"identifier": "no-such-feature", "quantity": 1}],
            },
        ),
    ]
    for field, terms in wrong:
        with pytest.raises(InvalidRequestError) as caught:
            subscription.update(made["id"], **terms)
        assert error_of(caught) == (400, "invalid_request")
        assert field in problem_of(caught)
    assert get_subscription(client, made["id"]) == made
