"""DELETE /api/v1/customers/{customerId}/grants/{grantId}."""

from __future__ import annotations

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import refusal
from tests.support.builders.catalog import archive_feature, create_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    create_grant,
    list_grants,
    list_overrides,
    recompute_and_check,
    remove_grant,
    remove_override,
    set_override,
)
from tests.support.fakes.tables import lose_first_answer


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")
    create_feature()


def test_only_the_named_grant_is_removed() -> None:
    kept, removed = create_grant(3), create_grant(4)
    reply = remove_grant(removed["grantId"])
    assert (reply.status, reply.text) == (204, "")
    assert list_grants() == [kept]
    assert recompute_and_check()["exports"].value == 3


def test_an_id_may_be_percent_encoded() -> None:
    grant_id = create_grant()["grantId"]
    assert remove_grant(grant_id.replace(".", "%2E")).status == 204


def test_a_removed_grant_is_not_found() -> None:
    grant_id = create_grant()["grantId"]
    assert remove_grant(grant_id).status == 204
    assert refusal(remove_grant(grant_id)) == (404, "grant_not_found")


@pytest.mark.parametrize("grant_id", ["exports", "exports.", "exports.1", ".", "x" * 2000, "exports#1", "é"])
def test_what_names_no_grant_is_not_found(grant_id: str) -> None:
    create_grant()
    assert refusal(remove_grant(grant_id)) == (404, "grant_not_found")
    assert len(list_grants()) == 1


def test_a_grant_of_another_customer_is_not_found() -> None:
    create_customer("Beta")
    grant_id = create_grant()["grantId"]
    assert refusal(remove_grant(grant_id, "beta")) == (404, "grant_not_found")
    assert refusal(remove_grant(grant_id, "nobody")) == (404, "customer_not_found")
    assert len(list_grants()) == 1


def test_an_override_is_no_grant() -> None:
    set_override(value=5)
    assert refusal(remove_grant("exports")) == (404, "grant_not_found")
    create_grant()
    assert refusal(remove_override(kind="grant")) == (404, "override_not_found")
    assert len(list_overrides()) == 1


def test_a_grant_of_an_archived_feature_or_customer_can_be_removed() -> None:
    first, second = create_grant()["grantId"], create_grant()["grantId"]
    assert archive_feature().status == 204
    assert remove_grant(first).status == 204
    archive_customer("acme")
    assert remove_grant(second).status == 204
    assert list_grants() == []


def test_a_removal_sent_twice_by_the_aws_client_is_one(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant_id = create_grant()["grantId"]
    lost = lose_first_answer(parity_table, monkeypatch)
    assert remove_grant(grant_id).status == 204
    assert lost
