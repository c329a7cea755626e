"""Checks on the core and on the edge over plain HTTP, and what a browser's key may do there."""

from __future__ import annotations

import re

import httpx
import pytest
from paritydeals_sdk.exceptions import AuthenticationError

from tests.support.answers import http_refusal
from tests.support.engines.sdk import OPEN_LIBRARY, every_gateway
from tests.support.fakes.functions import EDGE_OPERATIONS, ROUTES
from tests.support.scenarios.http_plans import subscribe_and_wait

CHECK_PATH = "/api/v1/entitlements"
CHECKS = {"entitlements/check", "entitlements/check_batch", "entitlements/list"}

pytestmark = pytest.mark.usefixtures("sold")


@every_gateway
def test_both_names_and_both_slashes_are_served(
    anonymous: httpx.Client, checks_url: str, client: httpx.Client, key: str, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    headers = {"Authorization": f"Bearer {key}"}
    answers = [
        anonymous.get(
            f"{checks_url}{CHECK_PATH}{end}",
            params={customer: identifier, feature: "e2e-sso"},
            headers=headers,
        )
        for end in ("", "/")
        for customer, feature in (("customer_id", "feature_id"), ("customerId", "featureId"))
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.text for answer in answers}) == 1
    assert [each["featureId"] for each in answers[0].json()["entitlements"]] == ["e2e-sso"]


@every_gateway
def test_a_batch_is_answered_in_its_order(
    anonymous: httpx.Client, checks_url: str, client: httpx.Client, client_key: str, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    asked = [
        {"customerId": identifier, "featureId": "e2e-exports", "requestedUsage": 201},
        {"customer_id": f"{identifier}-unknown", "feature_id": "e2e-sso"},
        {"customer_id": identifier, "feature_id": "e2e-sso"},
    ]
    for authorization, unknown in (
        (client.headers["Authorization"], "CustomerNotFound"),
        (f"Bearer {client_key}", "NoFeatureEntitlementInSubscription"),
    ):
        headers = {"Authorization": authorization}
        answers = [
            anonymous.post(f"{checks_url}{CHECK_PATH}/check{end}", json={"checks": asked}, headers=headers)
            for end in ("", "/")
        ]
        assert answers[0].text == answers[1].text
        results = answers[0].json()["results"]
        assert [(each["hasAccess"], each["accessDeniedReason"]) for each in results] == [
            (False, "RequestedUsageExceedingLimit"),
            (False, unknown),
            (True, None),
        ]
        assert [each["customerId"] for each in results] == [identifier, f"{identifier}-unknown", identifier]


@every_gateway
def test_a_browser_key_may_check(
    checks_url: str, client: httpx.Client, client_key: str, url: str, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    for open_library in OPEN_LIBRARY.values():
        with open_library(client_key, url, checks_url) as restricted:
            assert restricted.entitlements.has_access(identifier, "e2e-sso")
            with pytest.raises(AuthenticationError):
                restricted.customers.retrieve(identifier)
            with pytest.raises(AuthenticationError):
                restricted.subscription.cancel(identifier, "IMMEDIATE")


@pytest.mark.parametrize("operation", sorted(ROUTES.keys() - CHECKS))
def test_a_browser_key_may_do_nothing_else(
    anonymous: httpx.Client, client_key: str, url: str, identifier: str, operation: str
) -> None:
    method, resource = ROUTES[operation]
    path = re.sub(r"\{\w+\}", identifier, resource)
    headers = {"Authorization": f"Bearer {client_key}"}
    for end in ("", "/"):
        answer = anonymous.request(method, f"{url}{path}{end}", headers=headers)
        assert answer.status_code == 403
        assert http_refusal(answer)[0] == 403


def test_the_edge_serves_checks_and_reports_and_nothing_else(
    anonymous: httpx.Client, edge_url: str, key: str
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for operation, (method, path) in ROUTES.items():
        answer = anonymous.request(method, edge_url + path, headers=headers)
        assert (answer.status_code == 404) == (operation not in EDGE_OPERATIONS), path


def test_the_list_explains_entitlements_and_takes_a_time(client: httpx.Client, identifier: str) -> None:
    subscribe_and_wait(client, identifier)
    path = f"/customers/{identifier}/entitlements/"
    asked = {"featureId": "e2e-exports", "requestedUsage": "201"}
    (found,) = client.get(path, params=asked).json()["entitlements"]
    assert (found["hasAccess"], found["accessDeniedReason"]) == (False, "RequestedUsageExceedingLimit")
    (source,) = found["sources"]
    assert (source["type"], source["planIdentifier"], source["value"]) == ("subscription", "e2e-large", 200)
    before = client.get(path, params={"at": "2020-01-01T00:00:00Z"}).json()
    assert before["entitlements"] == []
