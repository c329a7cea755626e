"""GET /api/v1/customers/{customerId}/usage: how much a customer used, over time."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from parity.usage.rules.reports import Behaviour
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement, store_metered_feature
from tests.support.builders.customers import archive_customer, create_customer, store_customer
from tests.support.builders.entitlements import make_override, recompute_snapshot
from tests.support.builders.usage_history import (
    close_hours,
    count_event,
    count_events_at,
    query_usage,
    store_override,
    subscribe_acme,
    use_feature,
)
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import set_clock

NOW = datetime(2026, 4, 2, 12, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, "usage/query", NOW)


def usage(query: str) -> dict[str, Any]:
    return expect(query_usage(query), 200)


def values(query: str) -> list[tuple[str, float]]:
    """Start and value of each point that has any, after checks of what holds for all answers of sums."""
    found = usage(query)
    points = found["points"]
    assert found["total"] == sum(point["value"] for point in points)
    assert all(one["end"] == other["start"] for one, other in pairwise(points))
    return [(point["start"][:16], point["value"]) for point in points if point["value"]]


@pytest.fixture
def entitled() -> str:
    """To 100 exports, which are reported, and to 1,000 calls, which are counted, each month."""
    return subscribe_acme(
        make_entitlement("exports", 100, reset=Reset.EVERY_MONTH),
        make_entitlement("calls", 1000, reset=Reset.EVERY_MONTH),
        raw={"calls": "SUM"},
    )


@pytest.mark.usefixtures("entitled")
def test_a_series_says_what_was_asked_and_what_was_found() -> None:
    use_feature(7, datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    use_feature(5, datetime(2026, 4, 1, tzinfo=UTC))
    assert usage("featureId=exports&from=2026-03-31&to=2026-04-02&timezone=Europe/Berlin") == {
        "customerId": "acme",
        "featureId": "exports",
        "interval": "DAY",
        "timezone": "Europe/Berlin",
        "from": "2026-03-30T22:00:00.000000Z",
        "to": "2026-04-01T22:00:00.000000Z",
        "total": 12,
        "usageLimit": 100,
        "asOf": "2026-04-02T12:07:00.000000Z",
        "points": [
            {"start": "2026-03-30T22:00:00.000000Z", "end": "2026-03-31T22:00:00.000000Z", "value": 0},
            {"start": "2026-03-31T22:00:00.000000Z", "end": "2026-04-01T22:00:00.000000Z", "value": 12},
        ],
    }


@pytest.mark.usefixtures("entitled")
@pytest.mark.parametrize(
    ("interval", "number", "found"),
    [
        ("HOUR", 32 * 24, [("2026-03-02T09:00", 1), ("2026-03-02T10:00", 4), ("2026-03-09T00:00", 8)]),
        ("DAY", 32, [("2026-03-02T00:00", 5), ("2026-03-09T00:00", 8)]),
        ("WEEK", 6, [("2026-03-02T00:00", 5), ("2026-03-09T00:00", 8)]),
        ("MONTH", 2, [("2026-03-01T00:00", 13)]),
        ("WINDOW", 2, [("2026-03-01T00:00", 13)]),
    ],
)
def test_intervals_begin_with_the_clock(interval: str, number: int, found: list[tuple[str, int]]) -> None:
    for value, at in ((1, "02T09:59:59.999999"), (4, "02T10:00:00"), (8, "09T00:00:00")):
        use_feature(value, datetime.fromisoformat(f"2026-03-{at}+00:00"))
    query = f"featureId=exports&from=2026-03-01&to=2026-04-02&interval={interval}"
    assert values(query) == found
    assert len(usage(query)["points"]) == number


@pytest.mark.usefixtures("entitled")
@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2025-10-26", 25), ("2025-10-27", 24)]
)
def test_a_day_has_as_many_hours_as_its_clock_shows(day: str, hours: int) -> None:
    """Every event of the day, and none before or after it, is in the day and in one of its hours."""
    midnight = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    count_events_at(midnight + half * HOUR / 2 for half in range(-8, 2 * 28))
    until = (midnight + DAY).date()
    query = f"featureId=calls&from={day}&to={until}&timezone=Europe/Berlin"
    assert [value for _, value in values(query)] == [2 * hours]
    assert [value for _, value in values(f"{query}&interval=HOUR")] == [2] * hours


@pytest.mark.usefixtures("entitled")
def test_what_is_outside_of_the_time_asked_for_does_not_count() -> None:
    for minute in (0, 14, 15, 44, 45):
        count_event(1, MARCH + timedelta(minutes=minute))
    query = "featureId=calls&from=2026-03-01T00:15:00Z&to=2026-03-01T00:45:00Z&interval=HOUR"
    assert values(query) == [("2026-03-01T00:15", 2)]
    close_hours("calls", NOW)
    assert values(query) == [("2026-03-01T00:15", 2)]


@pytest.mark.usefixtures("entitled")
def test_reports_that_set_or_correct_usage_count_by_how_much_they_change_it() -> None:
    use_feature(10, MARCH)
    use_feature(4, MARCH + DAY, behaviour=Behaviour.SET)
    use_feature(-1, MARCH + 2 * DAY)
    found = [("2026-03-01T00:00", 10), ("2026-03-02T00:00", -6), ("2026-03-03T00:00", -1)]
    assert values("featureId=exports&from=2026-03-01") == found
    close_hours("exports", NOW)
    assert values("featureId=exports&from=2026-03-01") == found


@pytest.mark.parametrize(
    ("function", "by_day", "total"),
    [
        ("COUNT", [3, 1], 4),
        ("SUM", [6.5, 2], 8.5),
        ("MAX", [3.5, 2], 3.5),
        ("MIN", [1, 2], 1),
        ("LATEST", [2, 2], 2),
        ("UNIQUE", [3, 1], 3),
        ("AVERAGE", [2.166667, 2], 2.125),
    ],
)
@pytest.mark.parametrize("rolled_up", [False, True], ids=["open", "rolled-up"])
def test_each_function_totals_in_its_own_way(
    function: str, by_day: list[float], total: float, *, rolled_up: bool
) -> None:
    subscribe_acme(make_entitlement("calls", 1000), raw={"calls": function})
    for number, value in enumerate((1, 3.5, 2)):
        count_event(value, MARCH + number * HOUR)
    count_event(2, MARCH + DAY)
    if rolled_up:
        close_hours("calls", NOW)
    found = usage("featureId=calls&from=2026-03-01&to=2026-03-03")
    assert [point["value"] for point in found["points"]] == by_day
    assert found["total"] == total


@pytest.mark.usefixtures("entitled")
def test_several_features_come_in_the_order_asked_for() -> None:
    use_feature(1, MARCH)
    count_event(2, MARCH)
    found = usage("featureId=exports,calls&from=2026-03-01")["results"]
    assert [(each["featureId"], each["total"]) for each in found] == [("exports", 1), ("calls", 2)]


@pytest.mark.usefixtures("entitled")
def test_all_features_are_those_entitled_to_and_those_used() -> None:
    store_metered_feature("pages")
    store_metered_feature("other")
    use_feature(3, MARCH, "pages")
    found = usage("from=2026-03-01")["results"]
    assert [(each["featureId"], each["total"], each["usageLimit"]) for each in found] == [
        ("calls", 0, 1000),
        ("exports", 0, 100),
        ("pages", 3, None),
    ]


def test_a_feature_can_be_asked_for_by_its_id() -> None:
    create_customer("Acme")
    made = create_feature("Exports")
    assert usage(f"featureId={made['id']}")["featureId"] == "exports"


def test_a_customer_without_anything_has_used_nothing() -> None:
    create_customer("Acme")
    assert usage("") == {"results": []}


def test_an_unknown_customer_is_not_found() -> None:
    assert refusal(query_usage(customer_id="nobody")) == (404, "customer_not_found")


@pytest.mark.parametrize("feature", ["nothing", "x" * 3000, "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_feature_is_not_found(feature: str) -> None:
    create_customer("Acme")
    assert refusal(query_usage(f"featureId={feature}")) == (404, "feature_not_found")


def test_a_feature_that_is_not_metered_has_no_usage() -> None:
    create_customer("Acme")
    create_feature("SSO", "BOOLEAN")
    assert refusal(query_usage("featureId=sso")) == (409, "feature_not_metered")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("interval=YEAR", "interval"),
        ("timezone=Mars/Olympus", "timezone"),
        ("from=yesterday", "from"),
        ("from=2026-03-02&to=2026-03-02", "from"),
        ("format=xml", "format"),
        ("featureId=exports&from=2020-01-01&interval=HOUR", "interval"),
    ],
)
@pytest.mark.usefixtures("entitled")
def test_what_cannot_be_asked_is_refused_by_its_name(query: str, field: str) -> None:
    assert wrong_fields(query_usage(query)) == {field: 1}


def test_more_windows_than_points_are_refused() -> None:
    subscribe_acme(make_entitlement(value=100, reset=Reset.EVERY_HOUR))
    query = "featureId=exports&interval=WINDOW&from="
    assert wrong_fields(query_usage(f"{query}2025-01-01")) == {"interval": 1}
    assert len(usage(f"{query}2026-01-01")["points"]) == 2197


def test_what_was_used_before_the_archiving_is_shown() -> None:
    create_customer("Acme")
    store_metered_feature("exports")
    use_feature(7, MARCH)
    archive_customer("acme")
    recompute_snapshot()
    (found,) = usage("from=2026-03-01")["results"]
    assert (found["featureId"], found["total"], found["usageLimit"]) == ("exports", 7, None)
    windows = usage("featureId=exports&from=2026-03-01&interval=WINDOW")["points"]
    assert [(window["start"][:4], window["end"], window["value"]) for window in windows] == [
        ("1970", None, 7)
    ]


def test_windows_are_whole_and_have_the_limits_of_their_time() -> None:
    subscribe_acme(
        make_entitlement(
            value=100, reset=Reset.EVERY_MONTH, rollover={"enabled": True, "percentage": 50, "limit": None}
        )
    )
    use_feature(60, MARCH + DAY)
    store_override(make_override(SourceKind.OVERRIDE, value=500, reset=None, created_on=NOW - DAY))
    use_feature(10, NOW - HOUR)
    found = usage("featureId=exports&from=2026-02-10&interval=WINDOW")
    assert [(point["start"][:7], point["value"], point["usageLimit"]) for point in found["points"]] == [
        ("2026-02", 0, 150),
        ("2026-03", 60, 175),
        ("2026-04", 10, 500),  # what rolled over was replaced, too
    ]
    assert found["total"] == 70


def test_windows_that_follow_a_subscription_turn_in_the_middle_of_a_quarter_hour() -> None:
    """It began at 10:30; an hour of usage by the minute is split where the window turns."""
    at_start = make_entitlement("calls", 100, reset=Reset.EVERY_DAY, reset_time="SUBSCRIPTION_START")
    subscribe_acme(at_start, raw={"calls": "COUNT"})
    turn = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    for minutes in range(-20, 20, 4):
        count_event(1, turn + timedelta(minutes=minutes))
    query = "featureId=calls&from=2026-03-02&to=2026-03-03&interval=WINDOW"
    assert values(query) == [("2026-03-01T10:30", 5), ("2026-03-02T10:30", 5)]


@pytest.mark.usefixtures("entitled")
def test_a_late_event_opens_its_day_again() -> None:
    count_event(1, MARCH)
    close_hours("calls", NOW)
    count_event(2, MARCH + HOUR, now=NOW)
    query = "featureId=calls&from=2026-02-01&to=2026-04-01"
    assert values(query) == [("2026-03-01T00:00", 3)]
    close_hours("calls", NOW + DAY)
    assert values(query) == [("2026-03-01T00:00", 3)]


@pytest.mark.usefixtures("entitled")
def test_a_year_by_day_reads_its_months(parity_table: Table) -> None:
    """One request each for check, feature, open days, months, and the days before and after them."""
    count_events_at(datetime(2025, month, 15, tzinfo=UTC) for month in range(4, 13))
    close_hours("calls", NOW)
    with record_requests(parity_table.client) as requests:
        found = values("featureId=calls&from=2025-03-20T10:00:00Z")
    assert [start[:7] for start, _ in found] == [f"2025-{month:02}" for month in range(4, 13)]
    asked_for = [request.get("ExpressionAttributeValues", {}) for _, request in requests]
    read = [values[":first"]["S"].partition("#")[0] for values in asked_for if ":first" in values]
    assert read == ["OPEN", "DAY", "DAY", "MONTH"]


def rows(query: str, **request: Any) -> list[list[str]]:  # noqa: ANN401
    reply = query_usage(query, **request)
    assert reply.status == 200, reply.text
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(reply.text, newline=""), strict=True))


@pytest.mark.usefixtures("entitled")
@pytest.mark.parametrize("how", [{"query": "&format=csv"}, {"headers": {"Accept": "text/csv"}}], ids=str)
def test_a_spreadsheet_gets_csv(how: dict[str, Any]) -> None:
    use_feature(7, MARCH)
    count_event(2.5, MARCH)
    query = "from=2026-03-01&to=2026-03-02" + how.pop("query", "")
    assert rows(query, **how) == [
        ["customerId", "featureId", "start", "end", "value", "usageLimit"],
        ["acme", "calls", "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z", "2.5", "1000"],
        ["acme", "exports", "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z", "7", "100"],
    ]


@pytest.mark.parametrize("customer_id", ["=1+1", "+1", "-1", "@sum(a1)"])
def test_a_customer_is_no_formula_in_a_spreadsheet(customer_id: str) -> None:
    store_customer("Evil", customer_id=customer_id)
    create_feature("Exports")
    query = "featureId=exports&from=2026-03-01&to=2026-03-02&format=csv"
    _, (cell, *_) = rows(query, customer_id=customer_id)
    assert cell == f"'{customer_id}"
