"""POST /api/v1/customers/{customerId}/grants."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.times import from_iso, now, to_iso
from parity.dynamodb.table import Table
from parity.entitlements.rules import grants
from parity.entitlements.rules.grants import KEPT_AFTER_EXPIRY
from parity.entitlements.rules.overrides import Override
from parity.entitlements.store.overrides import override_store
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.catalog import archive_feature, create_feature, make_entitlement, sell_plan
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    create_grant,
    list_grants,
    make_override,
    recompute_and_check,
    send_grant,
    set_override,
)
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import FUTURE, create_subscription
from tests.support.fakes.tables import scan_items

FEATURES = {"exports": "METER", "seats": "CUSTOMIZABLE", "sso": "BOOLEAN"}
PAST, LATER = to_iso(now() - DAY), to_iso(FUTURE + DAY)


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")
    for name, feature_type in FEATURES.items():
        create_feature(name, feature_type)


def read_value(feature: str = "exports", at: datetime | None = None) -> int | None:
    return recompute_and_check(at)[feature].value


def test_the_answer_is_the_stored_grant() -> None:
    body = create_grant(50, reset="NEVER", startsOn=PAST, expiresOn=to_iso(FUTURE), note="Sorry")
    assert body == {
        "grantId": body["grantId"],
        "featureId": "exports",
        "featureType": "METER",
        "value": 50,
        "used": 0,
        "remaining": 50,
        "reset": "NEVER",
        "resetTime": "BEGINNING_OF_PERIOD",
        "startsOn": PAST,
        "expiresOn": to_iso(FUTURE),
        "note": "Sorry",
        "createdOn": body["createdOn"],
        "modifiedOn": body["createdOn"],
    }
    assert list_grants() == [body]


def test_fields_left_out_have_their_defaults() -> None:
    body = create_grant(50)
    assert (body["reset"], body["expiresOn"], body["note"]) == (None, None, None)
    assert body["startsOn"] == body["createdOn"]


def test_snake_case_is_accepted() -> None:
    body = create_grant(
        7, reset="EVERY_DAY", reset_time="SUBSCRIPTION_START", starts_on=PAST, expires_on=LATER
    )
    assert (body["resetTime"], body["startsOn"], body["expiresOn"]) == ("SUBSCRIPTION_START", PAST, LATER)


def test_any_number_of_grants_add_up_each_with_an_id_of_its_own() -> None:
    sell_plan("pro", gives=(make_entitlement(value=100),))
    create_subscription()
    ids = {create_grant(50)["grantId"] for _ in range(3)}
    assert len(ids) == 3
    assert all(grant_id.startswith("exports.") for grant_id in ids)
    assert read_value() == 250


def test_a_grant_adds_to_an_override() -> None:
    set_override(value=10)
    create_grant(5)
    assert read_value() == 15


def test_a_grant_starts_and_expires() -> None:
    start, end = now() + DAY, now() + 2 * DAY
    create_grant(1)
    create_grant(5, startsOn=to_iso(start), expiresOn=to_iso(end))
    moments = (now(), start, end - timedelta(microseconds=1), end)
    assert [read_value(at=moment) for moment in moments] == [1, 6, 6, 1]


def test_windows_of_its_own_are_counted_from_its_start() -> None:
    start = now() - 40 * DAY
    create_grant(5, reset="EVERY_28_DAYS", startsOn=to_iso(start))
    window = recompute_and_check()["exports"].window
    assert window is not None
    assert window.start == from_iso(to_iso(start + 28 * DAY))


def test_seats_and_switches_can_be_granted() -> None:
    sell_plan("pro", gives=(make_entitlement("seats", 5, FeatureType.CUSTOMIZABLE),))
    create_subscription()
    assert create_grant(3, featureId="seats")["remaining"] is None
    assert create_grant(value=True, featureId="sso")["value"] is True
    assert read_value("seats") == 8
    assert recompute_and_check()["sso"].has_access


def test_a_feature_can_be_named_by_its_id() -> None:
    feature_id = create_feature("Reports")["id"]
    assert create_grant(featureId=feature_id)["featureId"] == "reports"


@pytest.mark.parametrize(
    ("feature", "value"),
    [("exports", each) for each in (0, -1, 1.5, "5", None, 2**53 + 1, True, False)]
    + [("seats", 0), ("seats", True), ("sso", False), ("sso", 2), ("sso", "true")],
    ids=str,
)
def test_a_value_that_gives_nothing_or_is_of_another_kind_is_refused(feature: str, value: object) -> None:
    assert set(wrong_fields(send_grant(value, featureId=feature))) == {"value"}
    assert list_grants() == []


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("reset", {"reset": "SOMETIMES"}),
        ("reset", {"featureId": "seats", "reset": "NEVER"}),
        ("expiresOn", {"expiresOn": PAST}),
        ("expiresOn", {"startsOn": LATER, "expiresOn": to_iso(FUTURE)}),
        ("expiresOn", {"startsOn": LATER, "expiresOn": LATER}),
        ("startsOn", {"startsOn": "soon"}),
        ("featureId", {"featureId": ""}),
        ("note", {"note": "x" * 300}),
        ("hardLimit", {"hardLimit": True}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_wrong_field_is_named(field: str, body: dict[str, Any], parity_table: Table) -> None:
    before = scan_items(parity_table)
    assert set(wrong_fields(send_grant(5, **body))) == {field}
    assert scan_items(parity_table) == before


def test_an_archived_customer_or_feature_is_refused() -> None:
    create_customer("Gone")
    archive_customer("gone")
    assert refusal(send_grant(customer_id="gone")) == (409, "customer_archived")
    assert archive_feature("seats").status == 204
    assert refusal(send_grant(featureId="seats")) == (409, "feature_archived")


def test_an_unknown_customer_or_feature_is_not_found() -> None:
    assert refusal(send_grant(featureId="nothing")) == (404, "feature_not_found")
    assert refusal(send_grant(customer_id="nobody")) == (404, "customer_not_found")


def store_grant(number: str, **details: Any) -> Override:  # noqa: ANN401
    grant = make_override(number=number, **details)
    override_store().put("acme", grant)
    return grant


def test_what_passes_the_maximum_is_refused_before_anything_is_written(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "MAX_GRANTS", 2)
    store_grant("kept", expires_on=now() - KEPT_AFTER_EXPIRY + timedelta(minutes=1))
    create_grant()
    before = scan_items(parity_table)
    assert refusal(send_grant(key="one-more")) == (409, "too_many_grants")
    assert scan_items(parity_table) == before


def test_a_grant_that_expired_long_ago_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "MAX_GRANTS", 3)
    old = now() - KEPT_AFTER_EXPIRY - timedelta(minutes=1)
    store_grant("second", expires_on=old)
    store_grant("first", expires_on=old - DAY)
    store_grant("never")
    new = create_grant()["grantId"]
    assert {each["grantId"] for each in list_grants()} == {"exports.second", "exports.never", new}
