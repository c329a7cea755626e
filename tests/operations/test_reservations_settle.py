"""POST .../reservations/{reservationId}/confirm and /release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    make_entitlement,
    sell_plan,
)
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_entitlements, recompute_snapshot
from tests.support.builders.moments import MOMENT, NEXT_MONTH, START
from tests.support.builders.reports import (
    get_counter,
    read_usage_state,
    report_usage,
    reserve_usage,
    send_reservation,
    set_clocks,
    settle_reservation,
)
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.fakes.clients import ProcessEnded
from tests.support.fakes.functions import call
from tests.support.fakes.moto_faults import end_process_after_put, inject_api_fault
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("usage_at_noon")

KEY = "settle-1"
UNKNOWN = "exports.0123456789abcdef0123456789abcdef"
LATER = MOMENT + timedelta(hours=1)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(("value", "usage"), [(None, 5), (7, 7), (3, 3), (0, 0), (1000, 1000)], ids=str)
def test_a_confirmation_counts_the_real_amount(value: int | None, usage: int) -> None:
    report_usage(10)
    reservation_id = reserve_usage(5)
    body = expect(settle_reservation("confirm", reservation_id, body={"value": value}), 200)
    assert (body["status"], body["value"], body["usage"]) == ("CONFIRMED", 5, usage)
    assert read_usage_state() == ([10 + usage], 0, 0)
    assert check_entitlements()["exports"]["currentUsage"] == 10 + usage


@pytest.mark.usefixtures("acme")
def test_a_confirmation_needs_no_body() -> None:
    assert expect(settle_reservation("confirm", reserve_usage(5)), 200)["usage"] == 5


@pytest.mark.usefixtures("acme")
def test_a_released_amount_is_available_again() -> None:
    reservation_id = reserve_usage(100)
    body = expect(settle_reservation("release", reservation_id), 200)
    assert (body["status"], body["usage"]) == ("RELEASED", 0)
    assert read_usage_state() == ([0], 0, 0)
    report_usage(100, enforce=True)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("first", ["confirm", "release"])
@pytest.mark.parametrize("second", ["confirm", "release"])
def test_a_reservation_ends_once(first: str, second: str) -> None:
    reservation_id = reserve_usage(5)
    expect(settle_reservation(first, reservation_id), 200)
    assert refusal(settle_reservation(second, reservation_id)) == (404, "reservation_not_found")
    assert read_usage_state() == ([5 if first == "confirm" else 0], 0, 0)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("verb", ["confirm", "release"])
def test_a_key_repeats_the_first_answer(verb: str) -> None:
    reservation_id = reserve_usage(5)
    first, again = (settle_reservation(verb, reservation_id, KEY) for _ in range(2))
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert read_usage_state() == ([5 if verb == "confirm" else 0], 0, 0)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("verb", ["confirm", "release"])
@pytest.mark.parametrize("reservation_id", [UNKNOWN, "x", "none.1", "." * 200, "x" * 300], ids=len)
def test_an_unknown_reservation_is_not_found(verb: str, reservation_id: str) -> None:
    assert refusal(settle_reservation(verb, reservation_id)) == (404, "reservation_not_found")


@pytest.mark.usefixtures("acme")
def test_another_customers_reservation_is_not_found() -> None:
    reservation_id = reserve_usage(5)
    path = {"customerId": "zeta", "reservationId": reservation_id}
    assert refusal(call("reservations/release", parameters=path)) == (404, "reservation_not_found")


@pytest.mark.usefixtures("acme")
def test_a_negative_confirmation_is_refused() -> None:
    assert wrong_fields(settle_reservation("confirm", reserve_usage(5), body={"value": -1})) == {"value": 1}


def test_a_reservation_can_be_confirmed_once_its_customer_is_unarchived(acme: str) -> None:
    reservation_id = reserve_usage(5)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert refusal(settle_reservation("confirm", reservation_id)) == (409, "customer_archived")
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    expect(settle_reservation("confirm", reservation_id), 200)
    assert read_usage_state() == ([5], 0, 0)


@pytest.mark.usefixtures("acme")
def test_an_expired_reservation_that_was_not_released_can_be_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reservation_id = reserve_usage(5)
    set_clocks(monkeypatch, LATER)
    expect(settle_reservation("confirm", reservation_id, body={"value": 8}), 200)
    assert read_usage_state() == ([8], 0, 0)


@pytest.mark.usefixtures("acme")
def test_a_confirmation_counts_in_the_current_window(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(90)
    reservation_id = reserve_usage(10, expiresInSeconds=86400)
    set_clocks(monkeypatch, NEXT_MONTH)
    expect(settle_reservation("confirm", reservation_id), 200)
    assert (read_usage_state(), get_counter().total) == (([10], 0, 0), 100)


def test_a_reservation_is_held_of_all_levels(monkeypatch: pytest.MonkeyPatch, acme: str) -> None:
    assert acme
    sell_plan("daily", gives=(make_entitlement(value=10, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    recompute_snapshot()
    reservation_id = reserve_usage(60)
    assert refusal(send_reservation(51)) == (409, "usage_limit_exceeded")
    set_clocks(monkeypatch, MOMENT + timedelta(days=1))
    expect(settle_reservation("confirm", reservation_id, body={"value": 20}), 200)
    assert read_usage_state() == ([20, 0], 0, 0)


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
        set_clocks(monkeypatch, NEXT_MONTH)

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
    assert read_usage_state() == expected[verb]
    assert sum(item["SK"] == "ANSWER" for item in scan_items(parity_table)) == 1
