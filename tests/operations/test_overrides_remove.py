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
    """The id of `exports`, which `acme` may get."""
    create_customer("Acme")
    identifier: str = create_feature()["id"]
    return identifier


@pytest.mark.parametrize("kind", ["override", "grant"])
def test_just_the_kind_that_is_named_is_removed(kind: str) -> None:
    set_override(type="override", value=5)
    set_override(type="grant", value=5)
    reply = remove_override(kind=kind)
    assert (reply.status, reply.text) == (204, "")
    assert [row["type"] for row in list_overrides()] == [{"override": "grant", "grant": "override"}[kind]]


def test_an_override_is_meant_where_nothing_is_said() -> None:
    set_override(type="grant", value=5)
    assert refusal(remove_override()) == (404, "override_not_found")
    set_override(type="override", value=5)
    assert remove_override().status == 204


def test_the_id_of_the_feature_names_it_too(feature: str) -> None:
    set_override(value=5)
    assert remove_override(feature).status == 204
    assert list_overrides() == []


def test_entitlements_follow() -> None:
    set_override(value=5)
    assert recompute_and_check()["exports"].value == 5
    remove_override()
    assert recompute_and_check() == {}


def test_removing_it_again_is_not_found() -> None:
    set_override(value=5)
    assert remove_override().status == 204
    assert refusal(remove_override()) == (404, "override_not_found")


def test_an_override_of_an_archived_feature_can_be_removed() -> None:
    set_override(value=5)
    assert archive_feature().status == 204
    assert remove_override().status == 204


def test_one_of_an_archived_customer_can_be_removed() -> None:
    set_override(value=5)
    archive_customer("acme")
    assert remove_override().status == 204


def test_what_is_not_there_is_not_found() -> None:
    set_override(value=5)
    assert refusal(remove_override("nothing")) == (404, "feature_not_found")
    assert refusal(remove_override(customer_id="nobody"))[0] == 404
    assert len(list_overrides()) == 1


def test_another_kind_is_a_bad_request() -> None:
    set_override(value=5)
    assert refusal(remove_override(kind="subscription"))[0] == 400
    assert refusal(remove_override(kind="gift"))[0] == 400
