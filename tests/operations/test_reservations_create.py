"""POST and GET /api/v1/customers/{customerId}/reservations."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.core.errors import BusyError
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.usage.rules.reservations import Reservation
from parity.usage.store.reservations import reservation_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    COUNTED_FROM_EVENTS,
    create_feature,
    make_hard_limit,
)
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_entitlements, explain_entitlement, subscribe_acme
from tests.support.builders.moments import MOMENT
from tests.support.builders.reports import (
    list_reservations,
    read_usage_state,
    report_usage,
    reserve_usage,
    send_report,
    send_reservation,
    set_clocks,
    settle_reservation,
)
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.fakes.event_sources import release_expired
from tests.support.fakes.functions import Context, call
from tests.support.fakes.jobs import run_job

pytestmark = pytest.mark.usefixtures("usage_at_noon")

KEY = "settle-1"
LATER = MOMENT + timedelta(hours=1)


def release_expired_at(at: datetime = LATER) -> int:
    released, failed = release_expired(at)
    assert failed == 0
    return released


@pytest.mark.usefixtures("acme")
def test_a_reservation_has_every_field() -> None:
    body = expect(send_reservation(5, expiresInSeconds=90), 201)
    assert body.pop("reservationId").startswith("exports.")
    assert body == {
        "customerId": "acme",
        "featureId": "exports",
        "status": "PENDING",
        "value": 5,
        "usage": None,
        "expiresAt": "2026-03-15T12:01:30.000000Z",
        "createdOn": "2026-03-15T12:00:00.000000Z",
    }


@pytest.mark.usefixtures("acme")
def test_reserved_usage_is_neither_used_nor_available() -> None:
    report_usage(10)
    reserve_usage(60)
    assert check_entitlements()["exports"]["currentUsage"] == 10
    assert explain_entitlement(requested=30)["hasAccess"] is True
    assert explain_entitlement(requested=31)["hasAccess"] is False
    refused = send_reservation(31)
    assert refusal(refused) == (409, "usage_limit_exceeded")
    assert [refused.body[name] for name in ("usageLimit", "currentUsage", "reserved")] == [100, 10, 60]
    reserve_usage(30)
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")


@pytest.mark.usefixtures("acme")
def test_a_key_makes_one_reservation() -> None:
    first, again = (send_reservation(5, KEY) for _ in range(2))
    assert (again.status, again.body) == (201, first.body)
    assert refusal(send_reservation(6, KEY)) == (422, "idempotency_key_reused")
    assert read_usage_state() == ([0], 5, 1)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"value": 0}, "value"),
        ({"value": 1.5}, "value"),
        ({"value": MAX_EXACT_INTEGER + 1}, "value"),
        ({"expiresInSeconds": 0}, "expiresInSeconds"),
        ({"expiresInSeconds": 86401}, "expiresInSeconds"),
        ({"featureId": ""}, "featureId"),
    ],
    ids=str,
)
def test_the_wrong_field_of_a_reservation_is_named(body: dict[str, Any], field: str) -> None:
    assert wrong_fields(send_reservation(**{"value": 5, **body})) == {field: 1}


@pytest.mark.usefixtures("acme")
def test_only_reported_usage_of_an_entitlement_can_be_reserved() -> None:
    create_feature("Runs", **COUNTED_FROM_EVENTS)
    create_feature("Tokens")
    assert refusal(send_reservation(featureId="none")) == (404, "feature_not_found")
    assert refusal(send_reservation(featureId="runs")) == (409, "usage_counted_from_events")
    assert refusal(send_reservation(featureId="tokens")) == (409, "not_entitled")


def test_a_soft_limit_accepts_any_reservation() -> None:
    subscribe_acme(make_hard_limit(10, hard_limit=False))
    reserve_usage(50)
    assert read_usage_state() == ([0], 50, 1)


@pytest.mark.usefixtures("acme")
def test_pending_reservations_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_usage(5, expiresInSeconds=60)
    kept = reserve_usage(6, expiresInSeconds=3600)
    expect(settle_reservation("release", reserve_usage(7)), 200)
    assert sorted(each["value"] for each in list_reservations()) == [5, 6]
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=60))
    assert [each["reservationId"] for each in list_reservations()] == [kept]
    path = {"customerId": "nobody"}
    assert refusal(call("reservations/list", parameters=path)) == (404, "customer_not_found")


@pytest.mark.usefixtures("acme")
def test_expired_reservations_are_released_and_others_stay() -> None:
    expired = [reserve_usage(3, expiresInSeconds=60) for _ in range(20)]
    reserve_usage(6, expiresInSeconds=7200)
    assert len(set(expired)) == 20
    assert release_expired_at() == 20
    assert read_usage_state() == ([0], 6, 1)
    assert release_expired_at() == 0
    assert refusal(settle_reservation("confirm", expired[0])) == (404, "reservation_not_found")


@pytest.mark.usefixtures("acme")
def test_a_reservation_that_cannot_be_released_is_logged_and_the_others_are_released(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reserve_usage(5), reserve_usage(6)
    store = reservation_store()
    release = store.release

    def release_small(reservation: Reservation) -> None:
        if reservation.amount == 6:
            raise BusyError
        release(reservation)

    monkeypatch.setattr(store, "release", release_small)
    assert release_expired(LATER) == (1, 1)
    assert read_usage_state() == ([0], 6, 1)
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    (line,) = [each for each in lines if "message" in each]
    assert (line["message"], line["error"]) == ("release failed", "BusyError")
    assert (line["customerId"], line["featureId"]) == ("acme", "exports")


@pytest.mark.usefixtures("acme")
def test_releasing_stops_when_the_time_is_over() -> None:
    reserve_usage(5)
    assert run_job("reservations/expire", LATER, Context(remaining_milliseconds=4999))["complete"] is False
    assert read_usage_state() == ([0], 5, 1)


def test_reservations_of_an_archived_customer_are_released(acme: str) -> None:
    reserve_usage(5)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert release_expired_at() == 1
    assert read_usage_state() == ([0], 0, 0)


@pytest.mark.usefixtures("acme")
def test_an_expired_reservation_frees_its_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_usage(60, expiresInSeconds=60)
    assert refusal(send_reservation(41)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, LATER)
    reserve_usage(100)
    assert read_usage_state() == ([0], 100, 1)


def test_the_feature_can_be_named_by_its_id(acme: str) -> None:
    assert acme
    feature_id = expect(call("features/get", parameters={"feature": "exports"}), 200)["id"]
    assert reserve_usage(5, featureId=feature_id).startswith("exports.")
