"""PUT /api/v1/customers/{customerId}/overrides/{feature}."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.catalog import archive_feature, create_feature, make_entitlement, sell_plan
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    check_snapshot,
    list_overrides,
    recompute_and_check,
    send_override,
    set_override,
)
from tests.support.builders.subscriptions import FUTURE, create_subscription
from tests.support.fakes.tables import scan_items

FEATURES = {"exports": "METER", "seats": "CUSTOMIZABLE", "sso": "BOOLEAN"}


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")
    for name, feature_type in FEATURES.items():
        create_feature(name, feature_type)


def test_the_answer_is_the_stored_override() -> None:
    body = set_override(value=5)
    assert body == {
        "type": "override",
        "featureId": "exports",
        "featureType": "METER",
        "value": 5,
        "hasUnlimitedUsage": False,
        "hardLimit": True,
        "reset": None,
        "resetTime": "BEGINNING_OF_PERIOD",
        "rollover": None,
        "usageAlerts": None,
        "note": None,
        "createdOn": body["createdOn"],
        "modifiedOn": body["createdOn"],
        "expiresOn": None,
    }
    assert list_overrides() == [body]


@pytest.mark.parametrize("spelling", ["camel", "snake"])
def test_both_spellings_of_fields_are_accepted(spelling: str) -> None:
    fields: dict[str, Any] = {
        "hasUnlimitedUsage": False,
        "hardLimit": False,
        "resetTime": "SUBSCRIPTION_START",
        "expiresOn": to_iso(FUTURE),
    }
    snake: dict[str, Any] = {
        "has_unlimited_usage": False,
        "hard_limit": False,
        "reset_time": "SUBSCRIPTION_START",
        "expires_on": to_iso(FUTURE),
    }
    said = fields if spelling == "camel" else snake
    body = set_override(type="grant", value=7, reset="EVERY_DAY", note="For Q3", **said)
    expected = {"type": "grant", "value": 7, "reset": "EVERY_DAY", "note": "For Q3", **fields}
    assert {name: body[name] for name in expected} == expected


def test_a_second_one_replaces_the_first_whole() -> None:
    set_override(value=5, note="First", expiresOn=to_iso(FUTURE))
    set_override(value=6)
    (row,) = list_overrides()
    assert (row["value"], row["note"], row["expiresOn"]) == (6, None, None)


def test_an_override_and_a_grant_of_a_feature_live_side_by_side() -> None:
    set_override(type="override", value=5)
    set_override(type="grant", value=3)
    assert [row["value"] for row in list_overrides()] == [5, 3]
    assert recompute_and_check()["exports"].value == 8


def test_a_feature_can_be_named_by_its_id() -> None:
    feature_id = create_feature("Reports")["id"]
    assert set_override(feature_id, value=5)["featureId"] == "reports"


@pytest.mark.parametrize(
    ("feature", "value"), [("exports", 0), ("exports", 2**53), ("seats", 0), ("sso", False)]
)
def test_the_smallest_and_largest_values_are_accepted(feature: str, value: object) -> None:
    body = set_override(feature, value=value)
    assert (body["value"], type(body["value"])) == (value, type(value))


@pytest.mark.parametrize(
    ("feature", "body"),
    [
        ("exports", {}),
        ("exports", {"value": None}),
        ("exports", {"value": -1}),
        ("exports", {"value": 2**53 + 1}),
        ("exports", {"value": 1.5}),
        ("exports", {"value": "5"}),
        ("seats", {}),
        ("sso", {}),
        ("sso", {"value": 2}),
        ("exports", {"value": True}),
        ("seats", {"value": True}),
    ],
    ids=str,
)
def test_a_value_that_a_feature_cannot_have_is_a_bad_request(feature: str, body: dict[str, Any]) -> None:
    assert "value" in wrong_fields(send_override(feature, **body))
    assert list_overrides() == []


@pytest.mark.parametrize(
    ("field", "feature", "body"),
    [
        ("reset", "exports", {"value": 1, "reset": "SOMETIMES"}),
        ("reset", "seats", {"value": 1, "reset": "EVERY_DAY"}),
        ("hardLimit", "exports", {"value": 1, "hardLimit": "yes"}),
        ("expiresOn", "exports", {"value": 1, "expiresOn": "2026-01-01T00:00:00Z"}),
        ("expiresOn", "exports", {"value": 1, "expiresOn": "tomorrow"}),
        ("extra", "exports", {"value": 1, "extra": 1}),
        ("rollover", "seats", {"value": 1, "rollover": {"enabled": True}}),
        ("rollover", "exports", {"value": 1, "reset": "NEVER", "rollover": {"enabled": True}}),
        ("rollover", "exports", {"value": 1, "type": "grant", "rollover": {"enabled": False}}),
        ("usageAlerts", "seats", {"value": 1, "usageAlerts": {"enabled": False}}),
        ("usageAlerts", "exports", {"value": 1, "type": "grant", "usageAlerts": {"enabled": True}}),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(field: str, feature: str, body: dict[str, Any]) -> None:
    assert set(wrong_fields(send_override(feature, **body))) == {field}
    assert list_overrides() == []


@pytest.mark.parametrize("kind", ["subscription", "gift", "", None])
def test_another_type_than_override_or_grant_is_refused(kind: str | None, parity_table: Table) -> None:
    before = scan_items(parity_table)
    reply = send_override(value=1, type=kind)
    assert refusal(reply)[0] == 400
    assert [error["pointer"] for error in reply.body["errors"]] == ["#/type"]
    assert scan_items(parity_table) == before


def test_an_expiry_is_read_in_the_zone_that_it_names() -> None:
    moment = datetime(2040, 5, 1, 12, tzinfo=UTC)
    for text in ("2040-05-01T14:00:00+02:00", "2040-05-01T12:00:00", "2040-05-01T12:00:00Z"):
        assert set_override(value=1, expiresOn=text)["expiresOn"] == to_iso(moment)


def test_an_override_replaces_the_plans_entitlement_until_it_expires() -> None:
    sell_plan("pro", gives=(make_entitlement(value=100),))
    create_subscription()
    end = now() + timedelta(hours=1)
    set_override(value=5, expiresOn=to_iso(end))
    assert recompute_and_check()["exports"].value == 5
    assert check_snapshot(end)["exports"].value == 100


def test_a_grant_adds_to_the_plans_entitlement_until_it_expires() -> None:
    sell_plan("pro", gives=(make_entitlement(value=100),))
    create_subscription()
    end = now() + timedelta(hours=1)
    set_override(type="grant", value=5, expiresOn=to_iso(end))
    assert recompute_and_check()["exports"].value == 105
    assert check_snapshot(end)["exports"].value == 100


def test_unlimited_is_never_hard_and_has_no_value() -> None:
    body = set_override(value=5, hasUnlimitedUsage=True, hardLimit=True)
    assert (body["value"], body["hasUnlimitedUsage"], body["hardLimit"]) == (None, True, False)
    entitlement = recompute_and_check()["exports"]
    assert (entitlement.unlimited, entitlement.hard_limit, entitlement.value) == (True, False, None)


@pytest.mark.parametrize(("feature", "none"), [("exports", 0), ("seats", 0), ("sso", False)])
def test_an_override_of_zero_revokes_access(feature: str, none: object) -> None:
    create_customer("Beta")
    set_override(feature, "beta", value=none)
    assert list_overrides("beta")[0]["value"] == none
    recompute(entitlement_store(), "beta", now())
    entitlement = check_snapshot(customer_id="beta")[feature]
    assert (entitlement.has_access, entitlement.reason) == (False, "Revoked")


def test_an_archived_customer_or_feature_is_refused() -> None:
    create_customer("Gone")
    archive_customer("gone")
    assert refusal(send_override(customer_id="gone", value=1)) == (409, "customer_archived")
    assert archive_feature("seats").status == 204
    assert refusal(send_override("seats", value=1)) == (409, "feature_archived")


def test_an_unknown_customer_or_feature_is_not_found() -> None:
    assert refusal(send_override("nothing", value=1)) == (404, "feature_not_found")
    assert refusal(send_override(customer_id="nobody", value=1)) == (404, "customer_not_found")


def test_an_override_may_have_a_rollover_and_alerts_of_its_own() -> None:
    rollover = {"enabled": True, "percentage": 50, "limit": None}
    alerts = {"enabled": True, "thresholds": [80], "thresholdType": "PERCENTAGE"}
    body = set_override(value=5, rollover={"enabled": True, "percentage": 50}, usageAlerts=alerts)
    assert (body["rollover"], body["usageAlerts"]) == (rollover, alerts)
    assert list_overrides() == [body]
    assert set_override(value=5, rollover=rollover, usageAlerts=alerts) == body
