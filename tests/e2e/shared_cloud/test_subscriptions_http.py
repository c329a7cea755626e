"""Creation and lists of subscriptions, which the client library lacks, over plain HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from parity.core.times import now
from tests.support.answers import http_refusal
from tests.support.scenarios.http_plans import (
    ENTITLEMENTS,
    LARGE,
    SMALL,
    check_entitlements,
    subscribe_customer,
    wait_for_entry,
)
from tests.support.scenarios.http_subscriptions import (
    count_live_subscriptions,
    get_subscription,
    list_subscriptions,
)

pytestmark = pytest.mark.usefixtures("sold")


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
    assert count_live_subscriptions(client, identifier) == 2


def test_a_creation_that_names_an_unknown_customer_or_plan_is_refused(
    client: httpx.Client, identifier: str
) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    right = {"plan_identifier": LARGE, "charge_period": "MONTHLY", "customer_id": identifier}
    for field, name in {"customer_id": "customerId", "plan_identifier": "planIdentifier"}.items():
        answer = client.post("/subscriptions/create/", json=right | {field: "no-such-one"})
        assert http_refusal(answer) == (400, "invalid_request")
        assert answer.json()[name]
    assert count_live_subscriptions(client, identifier) == 0


def test_a_creation_that_is_sent_twice_with_a_key_is_made_once(client: httpx.Client, identifier: str) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    body = {"plan_identifier": LARGE, "charge_period": "MONTHLY", "customer_id": identifier}
    headers = {"Idempotency-Key": identifier}
    answers = [client.post("/subscriptions/create/", json=body, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert count_live_subscriptions(client, identifier) == 1


def test_lists_are_by_customer_newest_first_and_by_status(client: httpx.Client, identifier: str) -> None:
    first, second, third = (subscribe_customer(client, identifier)["id"] for _ in range(3))
    client.post(f"/subscriptions/{second}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    assert list_subscriptions(client, customer_id=identifier, status="active") == [third, first]
    assert list_subscriptions(client, customer_id=identifier, status="canceled") == [second]
    page = client.get("/subscriptions/", params={"customer_id": identifier, "page_size": 1}).json()
    assert page["results"][0]["id"] == third
    assert [row["id"] for row in client.get(page["next"]).json()["results"]] == [first]
    assert third in list_subscriptions(client)


def test_a_scheduled_subscription_gives_no_access_yet(client: httpx.Client, identifier: str) -> None:
    day = f"{now() + timedelta(days=3):%Y-%m-%d}"
    made = subscribe_customer(client, identifier, start_date=day)
    assert (made["status"], made["startDate"]) == ("scheduled", day)
    sure = subscribe_customer(client, identifier, SMALL)
    wait_for_entry(client, identifier, "e2e-seats")
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()
    assert get_subscription(client, sure["id"])["status"] == "active"


PRICE = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}


def list_calls(customer: str, subscription_id: str) -> list[tuple[int, str, str, Any]]:
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
        (201, "POST", f"/customers/{customer}/grants", {"featureId": "e2e-seats", "value": 7}),
        (200, "PUT", f"/customers/{customer}/overrides/e2e-seats", {"type": "grant", "value": 7}),
        (200, "GET", f"/customers/{customer}/grants", None),
        (204, "DELETE", f"/customers/{customer}/grants/e2e-seats", None),
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


# docs/contract.md T18
@pytest.mark.slow
def test_every_route_works_with_and_without_its_slash_and_never_redirects(
    client: httpx.Client, identifier: str
) -> None:
    plain, slashed = (
        list_calls(customer, subscribe_customer(client, customer)["id"])
        for customer in (identifier, f"{identifier}-slash")
    )
    for pair in zip(plain, slashed, strict=True):
        for (status, method, path, body), end in zip(pair, ("", "/"), strict=True):
            answer = client.request(method, path + end, json=body)
            assert answer.status_code == status, (method, path, answer.text)
