"""DELETE /api/v1/customers/{customerId}/overrides/{feature}."""

from __future__ import annotations

import pytest

from tests.support.answers import refusal
from tests.support.builders.catalog import archive_feature, create_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    list_overrides,
    recompute_and_check,
    remove_override,
    set_override,
)


@pytest.fixture(autouse=True)
def feature() -> str:
    """The id of `exports`, a feature for the overrides of `acme`."""
    create_customer("Acme")
    identifier: str = create_feature()["id"]
    return identifier


@pytest.mark.parametrize("kind", ["override", "grant"])
def test_only_the_named_type_is_removed(kind: str) -> None:
    set_override(type="override", value=5)
    set_override(type="grant", value=5)
    reply = remove_override(kind=kind)
    assert (reply.status, reply.text) == (204, "")
    assert [row["type"] for row in list_overrides()] == [{"override": "grant", "grant": "override"}[kind]]


def test_the_type_is_an_override_by_default() -> None:
    set_override(type="grant", value=5)
    assert refusal(remove_override()) == (404, "override_not_found")
    set_override(type="override", value=5)
    assert remove_override().status == 204


def test_a_feature_can_be_named_by_its_id(feature: str) -> None:
    set_override(value=5)
    assert remove_override(feature).status == 204
    assert list_overrides() == []


def test_the_entitlement_of_the_plan_applies_again() -> None:
    set_override(value=5)
    assert recompute_and_check()["exports"].value == 5
    remove_override()
    assert recompute_and_check() == {}


def test_a_removed_override_is_not_found() -> None:
    set_override(value=5)
    assert remove_override().status == 204
    assert refusal(remove_override()) == (404, "override_not_found")


def test_an_override_of_an_archived_feature_can_be_removed() -> None:
    set_override(value=5)
    assert archive_feature().status == 204
    assert remove_override().status == 204


def test_an_override_of_an_archived_customer_can_be_removed() -> None:
    set_override(value=5)
    archive_customer("acme")
    assert remove_override().status == 204


def test_an_unknown_customer_or_feature_is_not_found() -> None:
    set_override(value=5)
    assert refusal(remove_override("nothing")) == (404, "feature_not_found")
    assert refusal(remove_override(customer_id="nobody"))[0] == 404
    assert len(list_overrides()) == 1


def test_another_kind_is_a_bad_request() -> None:
    set_override(value=5)
    assert refusal(remove_override(kind="subscription"))[0] == 400
    assert refusal(remove_override(kind="gift"))[0] == 400
