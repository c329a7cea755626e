"""Subscriptions through the client library, the rest over HTTP (docs/contract.md, "Subscriptions")."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError, AuthenticationError, InvalidRequestError, NotFoundError

from parity.core.times import now
from tests.support.answers import http_refusal
from tests.support.engines.processes import wait_until
from tests.support.engines.sdk import open_asynchronous_library, open_synchronous_library
from tests.support.scenarios.http_plans import (
    ENTITLEMENTS,
    LARGE,
    SMALL,
    check_entitlements,
    subscribe_and_wait,
    subscribe_customer,
    wait_for_entry,
)

Operations = Any
"""The library's operations on subscriptions. It ships no types."""

LIBRARIES = {"sync": open_synchronous_library, "async": open_asynchronous_library}

pytestmark = pytest.mark.usefixtures("sold")


@pytest.fixture(scope="module", params=LIBRARIES)
def subscription(request: pytest.FixtureRequest, key: str, url: str, edge_url: str) -> Iterator[Operations]:
    """Named as the library names it (T22)."""
    with LIBRARIES[request.param](key, url, edge_url) as library:
        yield library.subscription


def get(client: httpx.Client, subscription_id: str) -> dict[str, Any]:
    answer = client.get(f"/subscriptions/{subscription_id}/")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def live(client: httpx.Client, customer_id: str) -> int:
    count: int = client.get(f"/customers/{customer_id}/").json()["subscriptions"]
    return count


def listed(client: httpx.Client, **query: str | int) -> list[str]:
    return [row["id"] for row in client.get("/subscriptions/", params=query).json()["results"]]


def details(caught: pytest.ExceptionInfo[APIError]) -> dict[str, Any]:
    """The problem that the library keeps of an answer."""
    problem: dict[str, Any] = caught.value.details or {}
    return problem


def code(caught: pytest.ExceptionInfo[APIError]) -> tuple[int | None, str]:
    return caught.value.status_code, details(caught)["code"]


def wait_for_end(client: httpx.Client, customer_id: str, end: str) -> None:
    """Until the stream function has written when the access ends."""

    def ends() -> bool:
        answer = client.get(f"/customers/{customer_id}/entitlements/").json()
        return all(each["validUntil"] == end for each in answer["entitlements"])

    wait_until(ends)


# Update


def test_an_update_changes_the_plan_now_and_keeps_the_id(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    answer = subscription.update(made["id"], planIdentifier=LARGE, chargePeriod="MONTHLY")
    assert answer.subscriptionId == made["id"]
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[LARGE].keys()
    changed = get(client, made["id"])
    assert (changed["plan"]["identifier"], changed["status"]) == (LARGE, "active")
    assert changed["billingPeriodEndTime"] == made["billingPeriodEndTime"]


def test_a_smaller_plan_takes_away_before_it_is_answered(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, LARGE)
    subscription.update(made["id"], planIdentifier=SMALL, chargePeriod="MONTHLY")
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()


def test_what_was_replaced_is_kept_as_a_record_of_its_own(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    subscription.update(made["id"], planIdentifier=LARGE, chargePeriod="YEARLY")
    assert listed(client, customer_id=identifier) == [made["id"]]
    (old,) = listed(client, customer_id=identifier, status="superseded")
    assert old != made["id"]
    assert get(client, old)["plan"]["identifier"] == SMALL
    assert live(client, identifier) == 1


def test_another_charge_period_begins_now(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.update(made["id"], planIdentifier=LARGE, chargePeriod="YEARLY")
    changed = get(client, made["id"])
    assert (changed["recurrence"], changed["amount"]) == ("1 year", "200.00")
    assert changed["billingPeriodStartTime"] > made["billingPeriodStartTime"]


def test_all_that_the_library_can_send_is_understood(
    subscription: Operations, client: httpx.Client, identifier: str
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


def test_a_change_at_the_period_end_waits_and_can_be_taken_back(
    client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    terms = {"planIdentifier": LARGE, "chargePeriod": "MONTHLY", "effective": "PERIOD_END"}
    assert client.post(f"/subscriptions/{made['id']}/update/", json=terms).json() == {
        "subscriptionId": made["id"]
    }
    waiting = get(client, made["id"])
    assert (waiting["plan"]["identifier"], waiting["pendingChange"]["planIdentifier"]) == (SMALL, LARGE)
    assert client.post(f"/subscriptions/{made['id']}/undo/").json()["pendingChange"] is None
    assert http_refusal(client.post(f"/subscriptions/{made['id']}/undo/")) == (409, "nothing_to_undo")


def test_a_preview_says_what_would_change_and_changes_nothing(client: httpx.Client, identifier: str) -> None:
    made = subscribe_and_wait(client, identifier, SMALL)
    terms = {"plan_identifier": LARGE, "charge_period": "YEARLY"}
    preview = client.post(f"/subscriptions/{made['id']}/update/preview/", json=terms).json()
    assert (preview["currency"], preview["recurringAmount"]) == ("USD", 200.0)
    assert get(client, made["id"]) == made
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()


# Cancel


def test_an_immediate_cancel_takes_access_away_before_it_is_answered(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    answer = subscription.cancel(made["id"], "IMMEDIATE")
    assert made["id"] in answer.message
    assert check_entitlements(client, identifier) == {}
    canceled = get(client, made["id"])
    assert (canceled["status"], canceled["cancellationReason"]) == ("canceled", "CANCELLED_BY_MERCHANT")
    assert canceled["endDate"] == f"{now():%Y-%m-%d}"
    assert live(client, identifier) == 0


def test_a_cancel_at_the_period_end_keeps_access_until_then(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "CURRENT_PERIOD_ENDS")
    ending = get(client, made["id"])
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


def test_a_cancel_on_a_date_keeps_access_until_then(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    day = f"{now() + timedelta(days=10):%Y-%m-%d}"
    assert day in subscription.cancel(made["id"], "SPECIFIC_DATE", day).message
    ending = get(client, made["id"])
    assert (ending["status"], ending["endDate"]) == ("active", day)
    wait_for_end(client, identifier, f"{day}T00:00:00.000000Z")


def test_a_date_that_is_sent_with_another_type_means_nothing(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "IMMEDIATE", "2199-01-01")
    assert get(client, made["id"])["status"] == "canceled"


def test_a_cancel_that_is_to_come_can_be_taken_back(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "CURRENT_PERIOD_ENDS")
    kept = client.post(f"/subscriptions/{made['id']}/undo/").json()
    assert (kept["endDate"], kept["canceledAt"], kept["cancellationReason"]) == (None, None, None)
    subscription.cancel(made["id"], "IMMEDIATE")
    assert http_refusal(client.post(f"/subscriptions/{made['id']}/undo/")) == (409, "subscription_ended")


def test_a_customer_can_be_archived_once_the_last_subscription_has_ended(
    subscription: Operations, client: httpx.Client, identifier: str
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


# Errors, as the library raises them


CALLS: list[Callable[[Operations, str], Any]] = [
    lambda operations, id_: operations.update(id_, planIdentifier=LARGE, chargePeriod="MONTHLY"),
    lambda operations, id_: operations.cancel(id_, "IMMEDIATE"),
]


@pytest.mark.parametrize("call", CALLS, ids=["update", "cancel"])
@pytest.mark.parametrize("unknown", [str(uuid4()), "no-uuid"], ids=["uuid", "no uuid"])
def test_a_subscription_that_is_not_there_is_not_found(
    subscription: Operations, call: Callable[[Operations, str], Any], unknown: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        call(subscription, unknown)
    assert code(caught) == (404, "subscription_not_found")


@pytest.mark.parametrize("call", CALLS, ids=["update", "cancel"])
def test_a_subscription_that_has_ended_refuses(
    subscription: Operations, call: Callable[[Operations, str], Any], client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    subscription.cancel(made["id"], "IMMEDIATE")
    with pytest.raises(APIError) as caught:
        call(subscription, made["id"])
    assert code(caught) == (409, "subscription_ended")


def test_what_an_update_cannot_be_to_is_an_invalid_request(
    subscription: Operations, client: httpx.Client, identifier: str
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
        assert code(caught) == (400, "invalid_request")
        assert field in details(caught)
    assert get(client, made["id"]) == made


def test_a_date_that_has_passed_is_an_invalid_request(
    subscription: Operations, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    with pytest.raises(InvalidRequestError) as caught:
        subscription.cancel(made["id"], "SPECIFIC_DATE", "2020-01-01")
    assert "cancellationDate" in details(caught)


def test_a_wrong_key_is_an_authentication_error(url: str, edge_url: str) -> None:
    for library in LIBRARIES.values():
        with library("sk_wrong", url, edge_url) as wrong, pytest.raises(AuthenticationError):
            wrong.subscription.cancel(str(uuid4()), "IMMEDIATE")


# Creation and lists, which the library has not


def test_a_subscription_is_created_by_either_case_of_its_fields(
    client: httpx.Client, identifier: str
) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    snake = {"plan_identifier": LARGE, "charge_period": "MONTHLY", "customer_id": identifier}
    camel = {"planIdentifier": LARGE, "chargePeriod": "MONTHLY", "customerId": identifier}
    answers = [client.post("/subscriptions/create/", json=body) for body in (snake, camel)]
    assert [answer.status_code for answer in answers] == [201, 201]
    one, other = (answer.json() for answer in answers)
    assert one.keys() == other.keys()
    assert not [name for name in one if "_" in name]
    assert (one["status"], one["plan"]) == ("active", {"identifier": LARGE, "name": LARGE})
    assert live(client, identifier) == 2


def test_what_a_creation_names_and_does_not_exist_is_a_wrong_field(
    client: httpx.Client, identifier: str
) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    right = {"plan_identifier": LARGE, "charge_period": "MONTHLY", "customer_id": identifier}
    for field, name in {"customer_id": "customerId", "plan_identifier": "planIdentifier"}.items():
        answer = client.post("/subscriptions/create/", json=right | {field: "no-such-one"})
        assert http_refusal(answer) == (400, "invalid_request")
        assert answer.json()[name]
    assert live(client, identifier) == 0


def test_a_creation_that_is_sent_twice_with_a_key_is_made_once(client: httpx.Client, identifier: str) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    body = {"plan_identifier": LARGE, "charge_period": "MONTHLY", "customer_id": identifier}
    headers = {"Idempotency-Key": identifier}
    answers = [client.post("/subscriptions/create/", json=body, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert live(client, identifier) == 1


def test_lists_are_by_customer_newest_first_and_by_status(client: httpx.Client, identifier: str) -> None:
    first, second, third = (subscribe_customer(client, identifier)["id"] for _ in range(3))
    client.post(f"/subscriptions/{second}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    assert listed(client, customer_id=identifier, status="active") == [third, first]
    assert listed(client, customer_id=identifier, status="canceled") == [second]
    page = client.get("/subscriptions/", params={"customer_id": identifier, "page_size": 1}).json()
    assert page["results"][0]["id"] == third
    assert [row["id"] for row in client.get(page["next"]).json()["results"]] == [first]
    assert third in listed(client)


def test_a_subscription_to_come_gives_nothing_yet(client: httpx.Client, identifier: str) -> None:
    day = f"{now() + timedelta(days=3):%Y-%m-%d}"
    made = subscribe_customer(client, identifier, start_date=day)
    assert (made["status"], made["startDate"]) == ("scheduled", day)
    sure = subscribe_customer(client, identifier, SMALL)
    wait_for_entry(client, identifier, "e2e-seats")
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()
    assert get(client, sure["id"])["status"] == "active"


PRICE = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}


def calls(customer: str, subscription_id: str) -> list[tuple[int, str, str, Any]]:
    """The expected status, the method, the path and the body: every route that came with subscriptions."""
    path, plan, feature = f"/subscriptions/{subscription_id}", f"plan-{customer}", f"feature-{customer}"
    of_plan = f"/catalog/plans/{plan}"
    terms = {"planIdentifier": LARGE, "chargePeriod": "YEARLY"}
    return [
        (201, "POST", "/subscriptions/create", terms | {"customerId": customer}),
        (200, "GET", "/subscriptions", None),
        (200, "GET", path, None),
        (200, "POST", f"{path}/update", terms),
        (200, "POST", f"{path}/update/preview", terms),
        (200, "POST", f"{path}/cancel", {"cancellationType": "CURRENT_PERIOD_ENDS"}),
        (200, "POST", f"{path}/undo", None),
        (200, "POST", f"{path}/payment", {"outcome": "FAILED"}),
        (200, "GET", f"/customers/{customer}/entitlements", None),
        (200, "PUT", f"/customers/{customer}/overrides/e2e-seats", {"value": 7}),
        (200, "GET", f"/customers/{customer}/overrides", None),
        (204, "DELETE", f"/customers/{customer}/overrides/e2e-seats", None),
        (201, "POST", "/catalog/features", {"name": feature, "featureType": "BOOLEAN"}),
        (200, "GET", "/catalog/features", None),
        (200, "GET", f"/catalog/features/{feature}", None),
        (200, "PATCH", f"/catalog/features/{feature}", {"name": "Anew"}),
        (201, "POST", "/catalog/plans", {"name": plan}),
        (200, "GET", "/catalog/plans", None),
        (200, "GET", of_plan, None),
        (200, "PATCH", of_plan, {"name": "Anew"}),
        (201, "POST", f"{of_plan}/features", {"planEntitlements": [{"feature": feature}]}),
        (200, "GET", f"{of_plan}/features", None),
        (200, "PATCH", f"{of_plan}/features/{feature}", {"details": {"value": False}}),
        (204, "DELETE", f"{of_plan}/features/{feature}", None),
        (200, "POST", f"{of_plan}/prices/bulk", {"prices": [PRICE]}),
        (200, "GET", f"{of_plan}/prices", None),
        (200, "POST", f"{of_plan}/publish", {"updateFeatures": True}),
        (200, "GET", f"{of_plan}/migrations/1", None),
        (200, "PATCH", of_plan, {"name": "Another draft"}),
        (204, "DELETE", f"{of_plan}/discard", None),
        (204, "DELETE", of_plan, None),
        (204, "DELETE", f"/catalog/features/{feature}", None),
    ]


# T18
@pytest.mark.slow
def test_every_route_works_with_and_without_its_slash_and_never_redirects(
    client: httpx.Client, identifier: str
) -> None:
    plain, slashed = (
        calls(customer, subscribe_customer(client, customer)["id"])
        for customer in (identifier, f"{identifier}-slash")
    )
    for pair in zip(plain, slashed, strict=True):
        for (status, method, path, body), end in zip(pair, ("", "/"), strict=True):
            answer = client.request(method, path + end, json=body)
            assert answer.status_code == status, (method, path, answer.text)
