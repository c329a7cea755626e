"""Every route that names a feature in its path takes a percent-encoded identifier, and the feature's id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import expect
from tests.support.builders.catalog import (
    add_features,
    create_feature,
    create_plan,
    make_entitlement,
    sell_plan,
)
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import set_override
from tests.support.builders.subscriptions import create_subscription
from tests.support.fakes.functions import ROUTES, call

REQUESTS: dict[str, tuple[int, dict[str, Any]]] = {
    "features/get": (200, {}),
    "features/update": (200, {"body": {"name": "Exports"}}),
    "features/archive": (409, {}),
    "overrides/set": (200, {"body": {"value": 5}}),
    "overrides/remove": (204, {}),
    "plan_features/update": (200, {"body": {"details": {"value": 5}}}),
    "plan_features/remove": (204, {}),
    "usage/periods": (200, {}),
    "usage/reset": (200, {}),
}
"""The status of the answer, and the request beside its path. Archiving is refused: plans have the feature."""


@pytest.fixture
def feature_id() -> str:
    """The id of `exports`: `acme` has a subscription and an override of it, and the plan `draft` has it."""
    create_customer("Acme")
    identifier: str = create_feature()["id"]
    sell_plan("pro", gives=(make_entitlement(),))
    create_subscription()
    set_override(value=5)
    create_plan("Draft")
    expect(add_features("draft", {"feature": "exports", "details": {"value": 1}}), 201)
    return identifier


def send_request(operation: str, feature: str) -> int:
    """Sends a request whose path names the feature so; returns the status of the answer."""
    values = {"customerId": "acme", "plan": "draft", "feature": feature}
    path = {name: value for name, value in values.items() if f"{{{name}}}" in ROUTES[operation][1]}
    return call(operation, parameters=path, **REQUESTS[operation][1]).status


def test_every_route_with_a_feature_is_among_these() -> None:
    assert set(REQUESTS) == {name for name, (_, path) in ROUTES.items() if "{feature}" in path}


@pytest.mark.usefixtures("feature_id")
@pytest.mark.parametrize("operation", REQUESTS)
@pytest.mark.parametrize("feature", ["exports", "ex%70orts", "%65%78%70%6F%72%74%73"])
def test_an_identifier_may_be_percent_encoded(operation: str, feature: str) -> None:
    assert send_request(operation, feature) == REQUESTS[operation][0]


@pytest.mark.parametrize("operation", REQUESTS)
def test_an_id_may_be_percent_encoded(operation: str, feature_id: str) -> None:
    encoded = feature_id.replace("-", "%2D")
    assert send_request(operation, encoded) == REQUESTS[operation][0]


@pytest.mark.usefixtures("feature_id")
@pytest.mark.parametrize("operation", REQUESTS)
def test_an_identifier_is_decoded_once(operation: str) -> None:
    assert send_request(operation, "ex%2570orts") == 404
