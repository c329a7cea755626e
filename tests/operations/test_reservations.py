"""Reservations: held back, then confirmed with the real amount, released, or expired."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from parity.core.errors import BusyError
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.usage.api.jobs import log_failed_release
from parity.usage.rules.reservations import Reservation
from parity.usage.service.expired_reservations import release_expired
from parity.usage.store.reservations import reservation_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    COUNTED_FROM_EVENTS,
    create_feature,
    make_entitlement,
    make_hard_limit,
    sell_plan,
)
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_entitlements, explain_entitlement, recompute_snapshot
from tests.support.builders.moments import MOMENT, START
from tests.support.builders.reports import (
    get_counter,
    list_reservations,
    list_used,
    report_usage,
    reserve_usage,
    send_report,
    send_reservation,
    set_clocks,
    settle_reservation,
    subscribe_acme_to,
)
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.fakes.clients import ProcessEnded
from tests.support.fakes.functions import call
from tests.support.fakes.moto_faults import end_process_after_put, inject_api_fault
from tests.support.fakes.tables import scan_items

KEY = "settle-1"
UNKNOWN = "exports.0123456789abcdef0123456789abcdef"
APRIL = MOMENT + timedelta(days=17)
LATER = MOMENT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clocks(monkeypatch)


@pytest.fixture
def acme() -> str:
    return subscribe_acme_to(make_hard_limit(100, reset=Reset.EVERY_MONTH))


def state() -> tuple[list[int], int, int]:
    """What is used and held, and how many reservations are stored."""
    return list_used(), get_counter().held, len(reservation_store().list_of_customer("acme"))


def swept(at: Any = LATER) -> int:  # noqa: ANN401
    failures: list[Exception] = []
    released = release_expired(
        reservation_store(), at, lambda: False, lambda _, error: failures.append(error)
    )
    assert failures == []
    return released


@pytest.mark.usefixtures("acme")
def test_a_reservation_tells_what_it_is() -> None:
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
def test_what_is_reserved_is_not_used_and_not_free() -> None:
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
@pytest.mark.parametrize(("value", "usage"), [(None, 5), (7, 7), (3, 3), (0, 0), (1000, 1000)], ids=str)
def test_the_real_amount_is_counted(value: int | None, usage: int) -> None:
    report_usage(10)
    reservation_id = reserve_usage(5)
    body = expect(settle_reservation("confirm", reservation_id, body={"value": value}), 200)
    assert (body["status"], body["value"], body["usage"]) == ("CONFIRMED", 5, usage)
    assert state() == ([10 + usage], 0, 0)
    assert check_entitlements()["exports"]["currentUsage"] == 10 + usage


@pytest.mark.usefixtures("acme")
def test_a_confirmation_needs_no_body() -> None:
    assert expect(settle_reservation("confirm", reserve_usage(5)), 200)["usage"] == 5


@pytest.mark.usefixtures("acme")
def test_what_is_released_is_free_again() -> None:
    reservation_id = reserve_usage(100)
    body = expect(settle_reservation("release", reservation_id), 200)
    assert (body["status"], body["usage"]) == ("RELEASED", 0)
    assert state() == ([0], 0, 0)
    report_usage(100, enforce=True)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("first", ["confirm", "release"])
@pytest.mark.parametrize("second", ["confirm", "release"])
def test_a_reservation_ends_once(first: str, second: str) -> None:
    reservation_id = reserve_usage(5)
    expect(settle_reservation(first, reservation_id), 200)
    assert refusal(settle_reservation(second, reservation_id)) == (404, "reservation_not_found")
    assert state() == ([5 if first == "confirm" else 0], 0, 0)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("verb", ["confirm", "release"])
def test_with_a_key_the_first_answer_is_given_again(verb: str) -> None:
    reservation_id = reserve_usage(5)
    first, again = (settle_reservation(verb, reservation_id, KEY) for _ in range(2))
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert state() == ([5 if verb == "confirm" else 0], 0, 0)


@pytest.mark.usefixtures("acme")
def test_with_a_key_one_reservation_is_made() -> None:
    first, again = (send_reservation(5, KEY) for _ in range(2))
    assert (again.status, again.body) == (201, first.body)
    assert refusal(send_reservation(6, KEY)) == (422, "idempotency_key_reused")
    assert state() == ([0], 5, 1)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("verb", ["confirm", "release"])
@pytest.mark.parametrize("reservation_id", [UNKNOWN, "x", "none.1", "." * 200, "x" * 300], ids=len)
def test_what_was_never_reserved_is_not_found(verb: str, reservation_id: str) -> None:
    assert refusal(settle_reservation(verb, reservation_id)) == (404, "reservation_not_found")


@pytest.mark.usefixtures("acme")
def test_another_customers_reservation_is_not_found() -> None:
    reservation_id = reserve_usage(5)
    path = {"customerId": "zeta", "reservationId": reservation_id}
    assert refusal(call("reservations/release", parameters=path)) == (404, "reservation_not_found")


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
def test_what_is_wrong_with_a_reservation_is_said(body: dict[str, Any], field: str) -> None:
    assert wrong_fields(send_reservation(**{"value": 5, **body})) == {field: 1}


@pytest.mark.usefixtures("acme")
def test_a_confirmation_of_less_than_nothing_is_refused() -> None:
    assert wrong_fields(settle_reservation("confirm", reserve_usage(5), body={"value": -1})) == {"value": 1}


@pytest.mark.usefixtures("acme")
def test_only_reported_usage_of_a_customers_own_is_reserved() -> None:
    create_feature("Runs", **COUNTED_FROM_EVENTS)
    create_feature("Tokens")
    assert refusal(send_reservation(featureId="none")) == (404, "feature_not_found")
    assert refusal(send_reservation(featureId="runs")) == (409, "usage_counted_from_events")
    assert refusal(send_reservation(featureId="tokens")) == (409, "not_entitled")


def test_a_soft_limit_always_has_room() -> None:
    subscribe_acme_to(make_hard_limit(10, hard_limit=False))
    reserve_usage(50)
    assert state() == ([0], 50, 1)


@pytest.mark.usefixtures("acme")
def test_pending_ones_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_usage(5, expiresInSeconds=60)
    kept = reserve_usage(6, expiresInSeconds=3600)
    expect(settle_reservation("release", reserve_usage(7)), 200)
    assert sorted(each["value"] for each in list_reservations()) == [5, 6]
    set_clocks(monkeypatch, MOMENT + timedelta(seconds=60))
    assert [each["reservationId"] for each in list_reservations()] == [kept]
    path = {"customerId": "nobody"}
    assert refusal(call("reservations/list", parameters=path)) == (404, "customer_not_found")


@pytest.mark.usefixtures("acme")
def test_expired_ones_are_swept_and_others_stay() -> None:
    expired = [reserve_usage(3, expiresInSeconds=60) for _ in range(20)]
    reserve_usage(6, expiresInSeconds=7200)
    assert len(set(expired)) == 20
    assert swept() == 20
    assert state() == ([0], 6, 1)
    assert swept() == 0
    assert refusal(settle_reservation("confirm", expired[0])) == (404, "reservation_not_found")


@pytest.mark.usefixtures("acme")
def test_one_that_cannot_be_swept_is_logged_and_does_not_keep_the_others(
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
    released = release_expired(store, LATER, lambda: False, log_failed_release)
    assert (released, state()) == (1, ([0], 6, 1))
    line = json.loads(capsys.readouterr().out)
    assert (line["message"], line["error"]) == ("reservation release failed", "BusyError")
    assert (line["customerId"], line["featureId"]) == ("acme", "exports")


@pytest.mark.usefixtures("acme")
def test_a_sweep_stops_when_its_time_is_over() -> None:
    reserve_usage(5)
    assert release_expired(reservation_store(), LATER, lambda: True, lambda *_: None) == 0
    assert state() == ([0], 5, 1)


def test_those_of_an_archived_customer_are_swept(acme: str) -> None:
    reserve_usage(5)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert swept() == 1
    assert state() == ([0], 0, 0)


def test_one_of_a_customer_who_was_archived_meanwhile_can_be_confirmed(acme: str) -> None:
    reservation_id = reserve_usage(5)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert refusal(settle_reservation("confirm", reservation_id)) == (409, "customer_archived")
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    expect(settle_reservation("confirm", reservation_id), 200)
    assert state() == ([5], 0, 0)


@pytest.mark.usefixtures("acme")
def test_what_has_expired_makes_room_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_usage(60, expiresInSeconds=60)
    assert refusal(send_reservation(41)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, LATER)
    reserve_usage(100)
    assert state() == ([0], 100, 1)


def test_the_feature_can_be_named_by_its_id(acme: str) -> None:
    assert acme
    feature_id = expect(call("features/get", parameters={"feature": "exports"}), 200)["id"]
    assert reserve_usage(5, featureId=feature_id).startswith("exports.")


@pytest.mark.usefixtures("acme")
def test_what_expired_and_was_not_swept_can_be_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    reservation_id = reserve_usage(5)
    set_clocks(monkeypatch, LATER)
    expect(settle_reservation("confirm", reservation_id, body={"value": 8}), 200)
    assert state() == ([8], 0, 0)


@pytest.mark.usefixtures("acme")
def test_a_confirmation_counts_in_the_window_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(90)
    reservation_id = reserve_usage(10, expiresInSeconds=86400)
    set_clocks(monkeypatch, APRIL)
    expect(settle_reservation("confirm", reservation_id), 200)
    assert (state(), get_counter().total) == (([10], 0, 0), 100)


def test_several_windows_hold_the_same(monkeypatch: pytest.MonkeyPatch, acme: str) -> None:
    assert acme
    sell_plan("daily", gives=(make_entitlement(value=10, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    recompute_snapshot()
    reservation_id = reserve_usage(60)
    assert refusal(send_reservation(41)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, MOMENT + timedelta(days=1))
    expect(settle_reservation("confirm", reservation_id, body={"value": 20}), 200)
    assert state() == ([20, 20], 0, 0)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("verb", ["create", "confirm", "release"])
@pytest.mark.parametrize("turned", [False, True], ids=["same window", "turned"])
@pytest.mark.parametrize("last", range(1, 9))
def test_a_process_that_ends_anywhere_neither_loses_nor_doubles(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, verb: str, last: int, *, turned: bool
) -> None:
    report_usage(1)
    reservation_id = "" if verb == "create" else reserve_usage(5, expiresInSeconds=86400)
    if turned:
        set_clocks(monkeypatch, APRIL)

    def send_request() -> Any:  # noqa: ANN401
        return send_reservation(5, KEY) if verb == "create" else settle_reservation(verb, reservation_id, KEY)

    try:
        with inject_api_fault(parity_table, end_process_after_put(last)):
            send_request()
    except ProcessEnded:
        pass
    expect(send_request(), 201 if verb == "create" else 200)
    before = 0 if turned and verb != "release" else 1
    expected = {"create": ([before], 5, 1), "confirm": ([before + 5], 0, 0), "release": ([1], 0, 0)}
    assert state() == expected[verb]
    assert sum(item["SK"] == "ANSWER" for item in scan_items(parity_table)) == 1
