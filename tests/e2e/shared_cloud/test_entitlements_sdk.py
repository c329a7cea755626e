"""Checks through the public client library (docs/contract.md, "Entitlements" and "Traps").

Checks go to the edge as those of a real client do; a sample of them goes to the core, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from paritydeals_sdk.exceptions import AuthenticationError, InvalidRequestError

from parity.dynamodb.table import Table
from tests.support.answers import problem_of
from tests.support.engines.sdk import OPEN_LIBRARY, every_client, every_gateway
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

pytestmark = pytest.mark.usefixtures("sold")


@pytest.fixture(scope="module")
def checks(client_kind: str, key: str, url: str, checks_url: str) -> Iterator[Checks]:
    with OPEN_LIBRARY[client_kind](key, url, checks_url) as library:
        yield library.entitlements


def get_entry(checks: Checks, customer_id: str, feature: str) -> dict[str, Any]:
    """The one entry that the library is given for a feature."""
    (found,) = checks.get_entitlement(customer_id, feature).entitlements
    fields: dict[str, Any] = found.model_dump()
    assert fields.pop("featureId") == feature
    return fields


def list_accessible(checks: Checks, customer_id: str) -> set[str]:
    return {feature for feature in FEATURES if checks.has_access(customer_id, feature)}


@every_client
@every_gateway
def test_all_that_a_plan_gives_is_there(checks: Checks, client: httpx.Client, identifier: str) -> None:
    subscribe_and_wait(client, identifier)
    found = checks.get_all_entitlements(identifier)
    assert found.customerId == identifier
    assert {each.featureId: each.featureType for each in found.entitlements} == FEATURES
    assert all(each.hasAccess for each in found.entitlements)
    assert list_accessible(checks, identifier) == FEATURES.keys()


def test_a_feature_that_is_not_in_the_plan_is_denied(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier, SMALL)
    assert list_accessible(checks, identifier) == {"e2e-seats", "e2e-exports"}
    for feature in ("e2e-sso", "no-such-feature"):
        assert checks.get_entitlement(identifier, feature).entitlements == []


@every_client
@every_gateway
def test_an_unknown_customer_is_denied(checks: Checks, identifier: str) -> None:
    assert not checks.has_access(identifier, "e2e-sso")
    assert checks.get_all_entitlements(identifier).entitlements == []


def test_a_customer_without_a_subscription_is_denied(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    client.post("/customers", json={"customerId": identifier})
    assert list_accessible(checks, identifier) == set()
    assert checks.get_all_entitlements(identifier).entitlements == []


@every_client
@every_gateway
@pytest.mark.parametrize("identifier_of", ["{}", "ÿ {}@quint.example+1", "{}:a,b;c=d&e"])
def test_any_identifier_can_be_checked(
    checks: Checks, client: httpx.Client, identifier: str, identifier_of: str
) -> None:
    customer_id = identifier_of.format(identifier)
    subscribe_and_wait(client, customer_id)
    assert checks.has_access(customer_id, "e2e-sso")
    assert checks.get_all_entitlements(customer_id).customerId == customer_id


# The library does not look at hasAccess of a meter, so nothing may be listed at all (docs/contract.md T4).
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
    assert list_accessible(checks, identifier) == set()


# docs/contract.md T4
@every_client
def test_an_ended_subscription_leaves_no_meter_behind(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscription = subscribe_and_wait(client, identifier)
    assert checks.has_access(identifier, "e2e-exports")
    client.post(f"/subscriptions/{subscription['id']}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    assert checks.get_all_entitlements(identifier).entitlements == []
    assert not checks.has_access(identifier, "e2e-exports")


@every_client
@pytest.mark.parametrize("used", [0, 199, 200, 230])
def test_a_hard_limit_denies_once_it_is_used_up(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str, used: int
) -> None:
    remaining = 200 - used
    subscribe_and_wait(client, identifier)
    store_counter(cloud_table, identifier, "e2e-exports", used)
    found = get_entry(checks, identifier, "e2e-exports")
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


# docs/contract.md T5
@every_client
@pytest.mark.parametrize("used", [99, 100, 130])
def test_a_soft_limit_never_denies(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str, used: int
) -> None:
    subscribe_and_wait(client, identifier)
    store_counter(cloud_table, identifier, "e2e-calls", used)
    found = get_entry(checks, identifier, "e2e-calls")
    assert (found["hasAccess"], found["hardLimit"]) == (True, False)
    assert (found["usageLimit"], found["currentUsage"], found["remaining"]) == (100, used, 100 - used)
    assert checks.has_access(identifier, "e2e-calls")


# The plan is unlimited and hard. The library would deny what is null and hard (docs/contract.md T6).
@every_client
def test_unlimited_is_no_limit_that_is_not_hard(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    store_counter(cloud_table, identifier, "e2e-tokens", 1_000_000)
    found = get_entry(checks, identifier, "e2e-tokens")
    assert (found["usageLimit"], found["remaining"], found["hardLimit"]) == (None, None, False)
    assert (found["hasAccess"], found["currentUsage"]) == (True, 1_000_000)
    assert checks.has_access(identifier, "e2e-tokens")


# docs/contract.md T7
def test_a_meter_that_nobody_has_used_has_all_three_numbers(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    found = get_entry(checks, identifier, "e2e-exports")
    assert (found["usageLimit"], found["currentUsage"], found["remaining"]) == (200, 0, 200)


# docs/contract.md T8
@every_client
@every_gateway
def test_several_subscriptions_give_one_entry_per_feature(
    checks: Checks, client: httpx.Client, cloud_table: Table, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    subscribe_customer(client, identifier, SMALL)
    wait_for_entry(client, identifier, "e2e-exports", usageLimit=210)
    store_counter(cloud_table, identifier, "e2e-exports", 205)
    found = checks.get_all_entitlements(identifier).entitlements
    assert sorted(each.featureId for each in found) == sorted(FEATURES)
    exports = get_entry(checks, identifier, "e2e-exports")
    assert (exports["currentUsage"], exports["remaining"]) == (205, 5)
    assert checks.has_access(identifier, "e2e-exports")
    assert len(load_sources(cloud_table, identifier, "e2e-exports")) == 2


def test_a_boolean_feature_has_no_numbers_and_may_be_switched_off(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    numbers = dict.fromkeys(("resetAt", "hardLimit", "usageLimit", "currentUsage", "remaining"))
    granted = {"featureType": "BOOLEAN", "hasAccess": True}
    assert get_entry(checks, identifier, "e2e-sso") == granted | numbers
    client.put(f"/customers/{identifier}/overrides/e2e-sso/", json={"value": False}).raise_for_status()
    wait_for_entry(client, identifier, "e2e-sso", hasAccess=False)
    assert not checks.has_access(identifier, "e2e-sso")


def test_a_customizable_feature_has_its_number_as_the_limit(
    checks: Checks, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier, features=[{"identifier": "e2e-seats", "quantity": 25}])
    found = get_entry(checks, identifier, "e2e-seats")
    assert (found["featureType"], found["hasAccess"], found["usageLimit"]) == ("CUSTOMIZABLE", True, 25)
    assert (found["currentUsage"], found["remaining"]) == (None, None)
    assert checks.has_access(identifier, "e2e-seats")


@every_client
@every_gateway
def test_a_check_without_a_customer_is_refused(checks: Checks) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        checks.get_all_entitlements("")
    problem = problem_of(caught)
    assert (problem["code"], problem["customer_id"]) == (
        "invalid_request",
        ["must not be blank; give a value or leave it out."],
    )


@every_gateway
def test_a_wrong_key_is_no_denial(checks_url: str, url: str, identifier: str) -> None:
    for open_library in OPEN_LIBRARY.values():
        with open_library("sk_wrong", url, checks_url) as wrong, pytest.raises(AuthenticationError):
            wrong.entitlements.has_access(identifier, "e2e-sso")
