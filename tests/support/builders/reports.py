"""Reports, reservations and resets by the handlers, and the counter that they change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.entitlements.store import keys
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
from parity.usage.store.reservations import reservation_store
from tests.support.answers import expect
from tests.support.builders.moments import MOMENT
from tests.support.fakes.functions import Reply, call, set_clock

CLOCKED = (
    "report/usage",
    "reservations/create",
    "reservations/confirm",
    "reservations/list",
    "usage/reset",
    "entitlements/check",
    "entitlements/recompute",
)


MONTHLY: dict[str, Any] = {"reset": Reset.EVERY_MONTH}


def set_clocks(monkeypatch: pytest.MonkeyPatch, moment: datetime = MOMENT) -> None:
    """Sets the clock of each handler that counts or checks usage."""
    for operation in CLOCKED:
        set_clock(monkeypatch, operation, moment)


def send_report(value: Any = 1, behaviour: str = "DELTA", key: str | None = None, **body: Any) -> Reply:  # noqa: ANN401
    sent = {"customerId": "acme", "featureId": "exports", "behaviour": behaviour, "value": value, **body}
    return call("report/usage", body=sent, headers={"Idempotency-Key": key} if key else None)


def report_usage(value: int = 1, behaviour: str = "DELTA", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to an accepted report."""
    return expect(send_report(value, behaviour, **more), 200)


def get_counter(feature: str = "exports", customer_id: str = "acme") -> UsageCounter:
    """The stored counter. What is taken must be what is used and what is held."""
    found = counter_store().get(UsageKey(customer_id, feature))
    assert found is not None
    item = counter_store().table.get(keys.usage_counter(customer_id, feature))
    assert item is not None
    assert item["taken"] == item["used"] + item["held"]
    return found


def list_used(feature: str = "exports") -> list[int]:
    """The usage in each window of the counter."""
    return [int(window.used) for window in get_counter(feature).windows]


def send_reservation(value: int = 5, key: str | None = None, **body: Any) -> Reply:  # noqa: ANN401
    return call(
        "reservations/create",
        parameters={"customerId": "acme"},
        body={"featureId": "exports", "value": value, **body},
        headers={"Idempotency-Key": key} if key else None,
    )


def reserve_usage(value: int = 5, **more: Any) -> str:  # noqa: ANN401
    """Reserves usage; returns the id of the reservation."""
    return str(expect(send_reservation(value, **more), 201)["reservationId"])


def settle_reservation(verb: str, reservation_id: str, key: str | None = None, body: Any = None) -> Reply:  # noqa: ANN401
    """Confirms or releases a reservation."""
    return call(
        f"reservations/{verb}",
        parameters={"customerId": "acme", "reservationId": reservation_id},
        body=body,
        headers={"Idempotency-Key": key} if key else None,
    )


def list_reservations() -> list[dict[str, Any]]:
    page = expect(call("reservations/list", parameters={"customerId": "acme"}), 200)
    assert page["count"] == len(page["results"])
    return list(page["results"])


def reset_usage(feature: str = "exports", key: str | None = None, body: Any = None) -> Reply:  # noqa: ANN401
    return call(
        "usage/reset",
        parameters={"customerId": "acme", "feature": feature},
        body=body,
        headers={"Idempotency-Key": key} if key else None,
    )


def read_usage_state() -> tuple[list[int], int, int]:
    """What is used and held, and how many reservations are stored."""
    return list_used(), get_counter().held, len(reservation_store().list_of_customer("acme"))
