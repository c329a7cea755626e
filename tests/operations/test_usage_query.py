"""GET /api/v1/customers/{customerId}/usage: how much a customer used, over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from parity.dynamodb.table import Table
from parity.usage.rules.reports import Behaviour
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement, store_metered_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import recompute_snapshot, subscribe_acme
from tests.support.builders.moments import DAY, HOUR, MARCH
from tests.support.builders.usage_history import (
    NOW,
    close_hours,
    count_event,
    count_events_at,
    get_series,
    list_values,
    query_usage,
    use_feature,
)
from tests.support.fakes.clients import record_requests

pytestmark = pytest.mark.usefixtures("usage_in_april")


@pytest.mark.usefixtures("acme_with_usage")
def test_a_series_has_the_query_and_its_points() -> None:
    use_feature(7, datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    use_feature(5, datetime(2026, 4, 1, tzinfo=UTC))
    assert get_series("featureId=exports&from=2026-03-31&to=2026-04-02&timezone=Europe/Berlin") == {
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


@pytest.mark.usefixtures("acme_with_usage")
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
    assert list_values(query) == found
    assert len(get_series(query)["points"]) == number


@pytest.mark.usefixtures("acme_with_usage")
@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2025-10-26", 25), ("2025-10-27", 24)]
)
def test_a_day_has_as_many_hours_as_its_clock_shows(day: str, hours: int) -> None:
    """Every event of the day, and none before or after it, is in the day and in one of its hours."""
    midnight = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    count_events_at(midnight + half * HOUR / 2 for half in range(-8, 2 * 28))
    until = (midnight + DAY).date()
    query = f"featureId=calls&from={day}&to={until}&timezone=Europe/Berlin"
    assert [value for _, value in list_values(query)] == [2 * hours]
    assert [value for _, value in list_values(f"{query}&interval=HOUR")] == [2] * hours


@pytest.mark.usefixtures("acme_with_usage")
def test_usage_outside_the_requested_time_does_not_count() -> None:
    for minute in (0, 14, 15, 44, 45):
        count_event(1, MARCH + timedelta(minutes=minute))
    query = "featureId=calls&from=2026-03-01T00:15:00Z&to=2026-03-01T00:45:00Z&interval=HOUR"
    assert list_values(query) == [("2026-03-01T00:15", 2)]
    close_hours("calls", NOW)
    assert list_values(query) == [("2026-03-01T00:15", 2)]


@pytest.mark.usefixtures("acme_with_usage")
def test_reports_that_set_or_correct_usage_count_as_their_difference() -> None:
    use_feature(10, MARCH)
    use_feature(4, MARCH + DAY, behaviour=Behaviour.SET)
    use_feature(-1, MARCH + 2 * DAY)
    found = [("2026-03-01T00:00", 10), ("2026-03-02T00:00", -6), ("2026-03-03T00:00", -1)]
    assert list_values("featureId=exports&from=2026-03-01") == found
    close_hours("exports", NOW)
    assert list_values("featureId=exports&from=2026-03-01") == found


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
    found = get_series("featureId=calls&from=2026-03-01&to=2026-03-03")
    assert [point["value"] for point in found["points"]] == by_day
    assert found["total"] == total


@pytest.mark.usefixtures("acme_with_usage")
def test_several_features_have_the_requested_order() -> None:
    use_feature(1, MARCH)
    count_event(2, MARCH)
    found = get_series("featureId=exports,calls&from=2026-03-01")["results"]
    assert [(each["featureId"], each["total"]) for each in found] == [("exports", 1), ("calls", 2)]


@pytest.mark.usefixtures("acme_with_usage")
def test_all_features_are_those_entitled_to_and_those_used() -> None:
    store_metered_feature("pages")
    store_metered_feature("other")
    use_feature(3, MARCH, "pages")
    found = get_series("from=2026-03-01")["results"]
    assert [(each["featureId"], each["total"], each["usageLimit"]) for each in found] == [
        ("calls", 0, 1000),
        ("exports", 0, 100),
        ("pages", 3, None),
    ]


def test_a_feature_can_be_asked_for_by_its_id() -> None:
    create_customer("Acme")
    made = create_feature("Exports")
    assert get_series(f"featureId={made['id']}")["featureId"] == "exports"


def test_a_customer_without_features_has_no_series() -> None:
    create_customer("Acme")
    assert get_series("") == {"results": []}


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
@pytest.mark.usefixtures("acme_with_usage")
def test_a_wrong_parameter_is_named(query: str, field: str) -> None:
    assert wrong_fields(query_usage(query)) == {field: 1}


def test_usage_before_archiving_is_shown() -> None:
    create_customer("Acme")
    store_metered_feature("exports")
    use_feature(7, MARCH)
    archive_customer("acme")
    recompute_snapshot()
    (found,) = get_series("from=2026-03-01")["results"]
    assert (found["featureId"], found["total"], found["usageLimit"]) == ("exports", 7, None)
    windows = get_series("featureId=exports&from=2026-03-01&interval=WINDOW")["points"]
    assert [(window["start"][:4], window["end"], window["value"]) for window in windows] == [
        ("1970", None, 7)
    ]


@pytest.mark.usefixtures("acme_with_usage")
def test_a_late_event_reopens_its_day() -> None:
    count_event(1, MARCH)
    close_hours("calls", NOW)
    count_event(2, MARCH + HOUR, now=NOW)
    query = "featureId=calls&from=2026-02-01&to=2026-04-01"
    assert list_values(query) == [("2026-03-01T00:00", 3)]
    close_hours("calls", NOW + DAY)
    assert list_values(query) == [("2026-03-01T00:00", 3)]


@pytest.mark.usefixtures("acme_with_usage")
def test_a_year_by_day_reads_its_months(parity_table: Table) -> None:
    """One request each for check, feature, open days, months, and the days before and after them."""
    count_events_at(datetime(2025, month, 15, tzinfo=UTC) for month in range(4, 13))
    close_hours("calls", NOW)
    with record_requests(parity_table.client) as requests:
        found = list_values("featureId=calls&from=2025-03-20T10:00:00Z")
    assert [start[:7] for start, _ in found] == [f"2025-{month:02}" for month in range(4, 13)]
    asked_for = [request.get("ExpressionAttributeValues", {}) for _, request in requests]
    read = [values[":first"]["S"].partition("#")[0] for values in asked_for if ":first" in values]
    assert read == ["OPEN", "DAY", "DAY", "MONTH"]
