"""Checks through the client library, on the core and on the edge (docs/contract.md, "Entitlements")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from paritydeals_sdk.exceptions import AuthenticationError, InvalidRequestError

from parity.dynamodb.table import Table
from tests.support.answers import http_refusal
from tests.support.engines.sdk import open_asynchronous_library, open_synchronous_library
from tests.support.fakes.functions import ROUTES
from tests.support.scenarios.http_plans import (
    FEATURES,
    SMALL,
    load_sources,
    store_counter,
    subscribe_and_wait,
    subscribe_customer,
    wait_for_entry,
)

Checks = Any
"""The library's operations on entitlements. It ships no types."""

LIBRARIES = {"sync": open_synchronous_library, "async": open_asynchronous_library}
CHECK = "/api/v1/entitlements"
CHECKING = {"entitlements/check", "entitlements/check_batch", "entitlements/list"}
EDGE = {*CHECKING, "report/events"}

pytestmark = pytest.mark.usefixtures("sold")


@pytest.fixture(scope="module", params=["core", "edge"])
def checks_url(request: pytest.FixtureRequest, url: str, edge_url: str) -> str:
    return {"core": url, "edge": edge_url}[request.param]


@pytest.fixture(scope="module", params=LIBRARIES)
def checks(request: pytest.FixtureRequest, key: str, url: str, checks_url: str) -> Iterator[Checks]:
    with LIBRARIES[request.param](key, url, checks_url) as library:
        yield library.entitlements


def entry(checks: Checks, customer_id: str, feature: str) -> dict[str, Any]:
    """The one entry that the library is given for a feature."""
    (found,) = checks.get_entitlement(customer_id, feature).entitlements
    fields: dict[str, Any] = found.model_dump()
    assert fields.pop("featureId") == feature
    return fields


def accessible(checks: Checks, customer_id: str) -> set[str]:
    return {feature for feature in FEATURES if checks.has_access(customer_id, feature)}


def test_all_that_a_plan_gives_is_there(checks: Checks, client: httpx.Client, identifier: str) -> None:
    subscribe_and_wait(client, identifier)
    found = checks.get_all_entitlements(identifier)
    assert found.customerId == identifier
    assert {each.featureId: each.featureType for each in found.entitlements} == FEATURES
    assert all(each.hasAccess for each in found.entitlements)
    assert accessible(checks, identifier) == FEATURES.keys()


def test_a_feature_that_is_not_in_the_plan_is_denied(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier, SMALL)
    assert accessible(checks, identifier) == {"e2e-seats", "e2e-exports"}
    for feature in ("e2e-sso", "no-such-feature"):
        assert checks.get_entitlement(identifier, feature).entitlements == []


def test_a_customer_who_is_not_there_is_denied(checks: Checks, identifier: str) -> None:
    assert not checks.has_access(identifier, "e2e-sso")
    assert checks.get_all_entitlements(identifier).entitlements == []


def test_a_customer_without_a_subscription_is_denied(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    client.post("/customers", json={"customerId": identifier})
    assert accessible(checks, identifier) == set()
    assert checks.get_all_entitlements(identifier).entitlements == []


@pytest.mark.parametrize("identifier_of", ["{}", "ÿ {}@quint.example+1", "{}:a,b;c=d&e"])
def test_any_identifier_can_be_checked(
    checks: Checks, client: httpx.Client, identifier: str, identifier_of: str
) -> None:
    customer_id = identifier_of.format(identifier)
    subscribe_and_wait(client, customer_id)
    assert checks.has_access(customer_id, "e2e-sso")
    assert checks.get_all_entitlements(customer_id).customerId == customer_id


# T4: the library does not look at hasAccess of a meter, so nothing may be listed at all.
def test_an_archived_customer_is_denied_right_after_the_answer(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscription = subscribe_and_wait(client, identifier)
    client.put(f"/customers/{identifier}/overrides/e2e-sso/", json={"value": True}).raise_for_status()
    client.post(f"/subscriptions/{subscription['id']}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    wait_for_entry(client, identifier, "e2e-sso")
    assert checks.has_access(identifier, "e2e-sso")
    assert client.delete(f"/customers/{identifier}/").status_code == 204
    assert checks.get_all_entitlements(identifier).entitlements == []
    assert accessible(checks, identifier) == set()


# T4
def test_an_ended_subscription_leaves_no_meter_behind(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscription = subscribe_and_wait(client, identifier)
    assert checks.has_access(identifier, "e2e-exports")
    client.post(f"/subscriptions/{subscription['id']}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    assert checks.get_all_entitlements(identifier).entitlements == []
    assert not checks.has_access(identifier, "e2e-exports")


@pytest.mark.parametrize("used", [0, 199, 200, 230])
def test_a_hard_limit_denies_once_it_is_used_up(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str, used: int
) -> None:
    remaining = 200 - used
    subscribe_and_wait(client, identifier)
    store_counter(cloud_table, identifier, "e2e-exports", used)
    found = entry(checks, identifier, "e2e-exports")
    assert re.fullmatch(r"\d{4}-\d\d-01 00:00:00", found.pop("resetAt"))
    assert found == {
        "featureType": "METER",
        "hasAccess": remaining > 0,
        "hardLimit": True,
        "usageLimit": 200,
        "currentUsage": used,
        "remaining": remaining,
    }
    assert checks.has_access(identifier, "e2e-exports") is (remaining > 0)


# T5
@pytest.mark.parametrize("used", [99, 100, 130])
def test_a_soft_limit_never_denies(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str, used: int
) -> None:
    subscribe_and_wait(client, identifier)
    store_counter(cloud_table, identifier, "e2e-calls", used)
    found = entry(checks, identifier, "e2e-calls")
    assert (found["hasAccess"], found["hardLimit"]) == (True, False)
    assert (found["usageLimit"], found["currentUsage"], found["remaining"]) == (100, used, 100 - used)
    assert checks.has_access(identifier, "e2e-calls")


# T6: the plan says both unlimited and hard, and the library would deny what is null and hard.
def test_unlimited_is_no_limit_that_is_not_hard(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    store_counter(cloud_table, identifier, "e2e-tokens", 1_000_000)
    found = entry(checks, identifier, "e2e-tokens")
    assert (found["usageLimit"], found["remaining"], found["hardLimit"]) == (None, None, False)
    assert (found["hasAccess"], found["currentUsage"]) == (True, 1_000_000)
    assert checks.has_access(identifier, "e2e-tokens")


# T7
def test_a_meter_that_nobody_has_used_has_all_three_numbers(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    found = entry(checks, identifier, "e2e-exports")
    assert (found["usageLimit"], found["currentUsage"], found["remaining"]) == (200, 0, 200)


# T8
def test_several_subscriptions_give_one_entry_per_feature(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    subscribe_customer(client, identifier, SMALL)
    wait_for_entry(client, identifier, "e2e-exports", usageLimit=210)
    store_counter(cloud_table, identifier, "e2e-exports", 205)
    found = checks.get_all_entitlements(identifier).entitlements
    assert sorted(each.featureId for each in found) == sorted(FEATURES)
    exports = entry(checks, identifier, "e2e-exports")
    assert (exports["currentUsage"], exports["remaining"]) == (205, 5)
    assert checks.has_access(identifier, "e2e-exports")
    assert len(load_sources(cloud_table, identifier, "e2e-exports")) == 2


def test_a_boolean_feature_has_no_numbers_and_may_be_switched_off(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    numbers = dict.fromkeys(("resetAt", "hardLimit", "usageLimit", "currentUsage", "remaining"))
    granted = {"featureType": "BOOLEAN", "hasAccess": True}
    assert entry(checks, identifier, "e2e-sso") == granted | numbers
    client.put(f"/customers/{identifier}/overrides/e2e-sso/", json={"value": False}).raise_for_status()
    wait_for_entry(client, identifier, "e2e-sso", hasAccess=False)
    assert not checks.has_access(identifier, "e2e-sso")


def test_a_customizable_feature_has_its_number_as_the_limit(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier, features=[{"identifier": "e2e-seats", "quantity": 25}])
    found = entry(checks, identifier, "e2e-seats")
    assert (found["featureType"], found["hasAccess"], found["usageLimit"]) == ("CUSTOMIZABLE", True, 25)
    assert (found["currentUsage"], found["remaining"]) == (None, None)
    assert checks.has_access(identifier, "e2e-seats")


def test_a_check_without_a_customer_is_refused(checks: Checks) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        checks.get_all_entitlements("")
    problem: dict[str, Any] = caught.value.details or {}
    assert (problem["code"], problem["customer_id"]) == ("invalid_request", ["is required."])


def test_a_wrong_key_is_no_denial(checks_url: str, url: str, identifier: str) -> None:
    for library in LIBRARIES.values():
        with library("sk_wrong", url, checks_url) as wrong, pytest.raises(AuthenticationError):
            wrong.entitlements.has_access(identifier, "e2e-sso")


def test_both_names_and_both_slashes_are_served(
    checks_url: str, client: httpx.Client, key: str, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    headers = {"Authorization": f"Bearer {key}"}
    answers = [
        httpx.get(
            f"{checks_url}{CHECK}{end}", params={customer: identifier, feature: "e2e-sso"}, headers=headers
        )
        for end in ("", "/")
        for customer, feature in (("customer_id", "feature_id"), ("customerId", "featureId"))
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.text for answer in answers}) == 1
    assert [each["featureId"] for each in answers[0].json()["entitlements"]] == ["e2e-sso"]


def test_a_batch_is_answered_in_its_order(
    checks_url: str, client: httpx.Client, client_key: str, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    asked = [
        {"customerId": identifier, "featureId": "e2e-exports", "requestedUsage": 201},
        {"customer_id": f"{identifier}-unknown", "feature_id": "e2e-sso"},
        {"customer_id": identifier, "feature_id": "e2e-sso"},
    ]
    headers = {"Authorization": f"Bearer {client_key}"}
    answers = [
        httpx.post(f"{checks_url}{CHECK}/check{end}", json={"checks": asked}, headers=headers)
        for end in ("", "/")
    ]
    assert answers[0].text == answers[1].text
    results = answers[0].json()["results"]
    assert [(each["hasAccess"], each["accessDeniedReason"]) for each in results] == [
        (False, "RequestedUsageExceedingLimit"),
        (False, "CustomerNotFound"),
        (True, None),
    ]
    assert [each["customerId"] for each in results] == [identifier, f"{identifier}-unknown", identifier]


def test_a_browser_key_may_check(
    checks_url: str, client: httpx.Client, client_key: str, url: str, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    for library in LIBRARIES.values():
        with library(client_key, url, checks_url) as restricted:
            assert restricted.entitlements.has_access(identifier, "e2e-sso")
            with pytest.raises(AuthenticationError):
                restricted.customers.retrieve(identifier)
            with pytest.raises(AuthenticationError):
                restricted.subscription.cancel(identifier, "IMMEDIATE")


@pytest.mark.parametrize("operation", sorted(ROUTES.keys() - CHECKING))
def test_a_browser_key_may_do_nothing_else(
    client_key: str, client: httpx.Client, url: str, identifier: str, operation: str
) -> None:
    method, resource = ROUTES[operation]
    path = re.sub(r"\{\w+\}", identifier, resource)
    headers = {"Authorization": f"Bearer {client_key}"}
    for end in ("", "/"):
        answer = httpx.request(method, f"{url}{path}{end}", headers=headers)
        assert answer.status_code == 403
        assert http_refusal(answer)[0] == 403


def test_the_edge_serves_checks_and_batches_of_events_and_nothing_else(
    edge_url: str, client: httpx.Client, key: str
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for method, path in {route for operation, route in ROUTES.items() if operation not in EDGE}:
        answer = httpx.request(method, edge_url + path, headers=headers)
        assert answer.status_code == 404, path


def test_a_time_to_come_is_answered_with_all_that_explains_it(client: httpx.Client, identifier: str) -> None:
    subscribe_and_wait(client, identifier)
    path = f"/customers/{identifier}/entitlements/"
    asked = {"featureId": "e2e-exports", "requestedUsage": "201"}
    (found,) = client.get(path, params=asked).json()["entitlements"]
    assert (found["hasAccess"], found["accessDeniedReason"]) == (False, "RequestedUsageExceedingLimit")
    (source,) = found["sources"]
    assert (source["type"], source["planIdentifier"], source["value"]) == ("subscription", "e2e-large", 200)
    before = client.get(path, params={"at": "2020-01-01T00:00:00Z"}).json()
    assert before["entitlements"] == []
