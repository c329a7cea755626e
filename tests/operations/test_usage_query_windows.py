"""GET /api/v1/customers/{customerId}/usage: by the windows of entitlements, and as CSV."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.entitlements.rules.sources import SourceKind
from tests.support.answers import wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement
from tests.support.builders.customers import store_customer
from tests.support.builders.entitlements import make_override, store_overrides, subscribe_acme
from tests.support.builders.moments import DAY, HOUR, MARCH
from tests.support.builders.usage_history import (
    NOW,
    count_event,
    get_series,
    list_values,
    query_usage,
    use_feature,
)

pytestmark = pytest.mark.usefixtures("usage_in_april")


def test_more_windows_than_points_are_refused() -> None:
    subscribe_acme(make_entitlement(value=100, reset=Reset.EVERY_HOUR))
    query = "featureId=exports&interval=WINDOW&from="
    assert wrong_fields(query_usage(f"{query}2025-01-01")) == {"interval": 1}
    assert len(get_series(f"{query}2026-01-01")["points"]) == 2197


def test_windows_are_whole_and_have_the_limits_of_their_time() -> None:
    subscribe_acme(
        make_entitlement(
            value=100, reset=Reset.EVERY_MONTH, rollover={"enabled": True, "percentage": 50, "limit": None}
        )
    )
    use_feature(60, MARCH + DAY)
    store_overrides(make_override(SourceKind.OVERRIDE, value=500, reset=None, created_on=NOW - DAY))
    use_feature(10, NOW - HOUR)
    found = get_series("featureId=exports&from=2026-02-10&interval=WINDOW")
    names = ("value", "usageLimit", "rolledOver")
    assert [(point["start"][:7], *(point[name] for name in names)) for point in found["points"]] == [
        ("2026-02", 0, 150, 50),
        ("2026-03", 60, 175, 75),
        ("2026-04", 10, 557, 57),  # what rolled over stays
    ]
    assert found["total"] == 70


def test_only_windows_say_what_rolled_over() -> None:
    subscribe_acme(make_entitlement(value=100, reset=Reset.EVERY_MONTH))
    use_feature(60, MARCH + DAY)
    windows = get_series("featureId=exports&from=2026-03-10&interval=WINDOW")["points"]
    assert [point["rolledOver"] for point in windows] == [0, 0]
    assert "rolledOver" not in get_series("featureId=exports&from=2026-03-10&interval=MONTH")["points"][0]


def test_windows_of_a_subscription_can_begin_within_a_quarter_hour() -> None:
    """The subscription began at 10:30. The slot at 10:30 is split where the window begins."""
    at_start = make_entitlement("calls", 100, reset=Reset.EVERY_DAY, reset_time="SUBSCRIPTION_START")
    subscribe_acme(at_start, raw={"calls": "COUNT"})
    turn = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    for minutes in range(-20, 20, 4):
        count_event(1, turn + timedelta(minutes=minutes))
    query = "featureId=calls&from=2026-03-02&to=2026-03-03&interval=WINDOW"
    assert list_values(query) == [("2026-03-01T10:30", 5), ("2026-03-02T10:30", 5)]


def get_csv_rows(query: str, **request: Any) -> list[list[str]]:  # noqa: ANN401
    reply = query_usage(query, **request)
    assert reply.status == 200, reply.text
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(reply.text, newline=""), strict=True))


@pytest.mark.usefixtures("acme_with_usage")
@pytest.mark.parametrize("how", [{"query": "&format=csv"}, {"headers": {"Accept": "text/csv"}}], ids=str)
def test_a_request_for_csv_gets_rows(how: dict[str, Any]) -> None:
    use_feature(7, MARCH)
    count_event(2.5, MARCH)
    query = "from=2026-03-01&to=2026-03-02" + how.pop("query", "")
    assert get_csv_rows(query, **how) == [
        ["customerId", "featureId", "start", "end", "value", "usageLimit"],
        ["acme", "calls", "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z", "2.5", "1000"],
        ["acme", "exports", "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z", "7", "100"],
    ]


@pytest.mark.parametrize("customer_id", ["=1+1", "+1", "-1", "@sum(a1)"])
def test_a_customer_id_in_csv_is_no_formula(customer_id: str) -> None:
    store_customer("Evil", customer_id=customer_id)
    create_feature("Exports")
    query = "featureId=exports&from=2026-03-01&to=2026-03-02&format=csv"
    _, (cell, *_) = get_csv_rows(query, customer_id=customer_id)
    assert cell == f"'{customer_id}"
