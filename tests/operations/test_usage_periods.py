"""GET /api/v1/customers/{customerId}/usage/{feature}/periods: the windows of a metered entitlement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from parity.metering.rules.counter_changes import CounterChange
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import make_override, recompute_snapshot
from tests.support.builders.reports import reset_usage
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.builders.usage_history import (
    close_hours,
    count_event,
    list_periods,
    process_changes,
    report_at,
    store_override,
    subscribe_acme,
    use_feature,
)
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import set_clock

NOW = datetime(2026, 4, 2, 12, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
JANUARY, FEBRUARY, MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
MONTHLY: dict[str, Any] = {"reset": Reset.EVERY_MONTH}


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for operation in ("usage/periods", "usage/reset"):
        set_clock(monkeypatch, operation, moment)


def history(query: str = "", feature: str = "exports") -> list[dict[str, Any]]:
    body = expect(list_periods(feature, query), 200)
    results: list[dict[str, Any]] = body["results"]
    ends = [each["end"] for each in results[1:]]
    assert ends == [each["start"] for each in results[:-1]], "one after the other"
    return results


def used(query: str = "", feature: str = "exports") -> list[tuple[str, float]]:
    return [(each["start"][:7], each["used"]) for each in history(query, feature)]


def test_a_history_shows_what_was_used_of_which_limit() -> None:
    subscribe_acme(make_entitlement(value=100, **MONTHLY))
    use_feature(60, MARCH)
    use_feature(7, APRIL)
    assert expect(list_periods(query="limit=2"), 200) == {
        "customerId": "acme",
        "featureId": "exports",
        "kind": "EVERY_MONTH",
        "results": [
            {
                "start": "2026-04-01T00:00:00.000000Z",
                "end": "2026-05-01T00:00:00.000000Z",
                "used": 7,
                "usageLimit": 100,
                "rolledOver": 0,
                "remaining": 93,
                "resetAt": None,
                "isCurrent": True,
            },
            {
                "start": "2026-03-01T00:00:00.000000Z",
                "end": "2026-04-01T00:00:00.000000Z",
                "used": 60,
                "usageLimit": 100,
                "rolledOver": 0,
                "remaining": 40,
                "resetAt": None,
                "isCurrent": False,
            },
        ],
    }


def test_windows_without_usage_are_in_between_and_go_back_to_where_it_began() -> None:
    """The subscription began on 31 January."""
    subscribe_acme(make_entitlement(**MONTHLY))
    assert used() == [("2026-04", 0), ("2026-03", 0), ("2026-02", 0), ("2026-01", 0)]
    use_feature(7, FEBRUARY)
    use_feature(8, APRIL)
    assert used() == [("2026-04", 8), ("2026-03", 0), ("2026-02", 7), ("2026-01", 0)]
    assert used("limit=3") == [("2026-04", 8), ("2026-03", 0), ("2026-02", 7)]
    assert [each["isCurrent"] for each in history()] == [True, False, False, False]


def test_usage_before_the_entitlement_is_part_of_the_history() -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(5, JANUARY)
    use_feature(6, MARCH)
    assert used()[-2:] == [("2026-02", 0), ("2026-01", 5)]


def test_a_window_that_has_ended_and_was_not_turned_is_as_it_was_last() -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    assert used("limit=2") == [("2026-04", 0), ("2026-03", 60)]


def test_windows_keep_the_limits_that_they_had() -> None:
    subscribe_acme(make_entitlement(value=100, **MONTHLY))
    use_feature(1, FEBRUARY)
    use_feature(2, MARCH)
    store_override(make_override(SourceKind.OVERRIDE, value=500, reset=None, created_on=APRIL))
    use_feature(3, APRIL)
    assert [(each["usageLimit"], each["remaining"]) for each in history("limit=3")] == [
        (500, 497),
        (100, 98),
        (100, 99),
    ]


def test_what_rolled_over_is_told_and_part_of_the_limit() -> None:
    rollover = {"enabled": True, "percentage": 50, "limit": None}
    subscribe_acme(make_entitlement(value=100, rollover=rollover, **MONTHLY))
    use_feature(60, FEBRUARY)
    use_feature(10, APRIL)
    assert [(each["rolledOver"], each["usageLimit"]) for each in history("limit=3")] == [
        (72, 172),  # half of 145, as nothing was used in March
        (45, 145),
        (50, 150),  # half of January's 100
    ]


def test_what_rolled_over_from_before_the_windows_shown_counts() -> None:
    rollover = {"enabled": True, "percentage": 50, "limit": None}
    subscribe_acme(make_entitlement(value=100, rollover=rollover, **MONTHLY))
    use_feature(60, FEBRUARY)
    use_feature(10, APRIL)
    for limit in (1, 2, 3):
        assert history(f"limit={limit}") == history()[:limit]


def test_unlimited_usage_has_no_limit_and_nothing_remains() -> None:
    subscribe_acme(make_entitlement(value=None, unlimited=True, hard_limit=False, **MONTHLY))
    use_feature(60, APRIL)
    first, *_ = history()
    assert (first["used"], first["usageLimit"], first["remaining"]) == (60, None, None)


def test_more_may_be_used_than_the_limit() -> None:
    subscribe_acme(make_entitlement(value=100, hard_limit=False, **MONTHLY))
    use_feature(120, APRIL)
    assert history()[0]["remaining"] == -20


def test_usage_that_is_never_reset_has_one_window() -> None:
    subscribe_acme(make_entitlement(value=100))
    use_feature(1, MARCH)
    use_feature(2, APRIL)
    (only,) = history()
    assert (only["start"][:4], only["end"], only["used"], only["usageLimit"]) == ("1970", None, 3, 100)
    assert only["isCurrent"]


@pytest.mark.parametrize("raw", [None, {"exports": "SUM"}], ids=["reported", "counted"])
def test_a_reset_by_hand_shows_and_what_came_before_does_not_count(
    raw: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe_acme(make_entitlement(value=100, **MONTHLY), raw=raw)
    spend(60, MARCH, raw)
    at(monkeypatch, MARCH + DAY + 7 * HOUR / 60)
    expect(reset_usage(), 200)
    spend(5, MARCH + 2 * DAY, raw)
    spend(1, APRIL, raw)
    at(monkeypatch, NOW)
    march = history()[1]
    assert (march["used"], march["remaining"], march["resetAt"][:16]) == (5, 95, "2026-03-02T00:07")
    assert history()[0]["resetAt"] is None


def spend(value: int, moment: datetime, raw: dict[str, str] | None) -> None:
    if raw:
        count_event(value, moment, "exports")
    else:
        use_feature(value, moment)


@pytest.mark.parametrize("function", ["SUM", "MAX", "UNIQUE", "AVERAGE"])
def test_late_events_count_in_the_window_in_which_they_happened(function: str) -> None:
    subscribe_acme(make_entitlement("calls", **MONTHLY), raw={"calls": function})
    count_event(1, MARCH)
    count_event(4, APRIL)
    assert used("limit=2", "calls")[1] == ("2026-03", 1)
    count_event(2, APRIL - TICK, now=NOW)
    after = {"SUM": 3, "MAX": 2, "UNIQUE": 2, "AVERAGE": 1.5}[function]
    assert used("limit=2", "calls")[1] == ("2026-03", after)
    close_hours("calls", NOW)
    assert used("limit=2", "calls")[1] == ("2026-03", after)


def test_a_late_event_counts_in_a_window_that_the_counter_never_knew() -> None:
    subscribe_acme(make_entitlement("calls", **MONTHLY), raw={"calls": "SUM"})
    count_event(4, APRIL)
    count_event(2, MARCH, now=NOW)
    assert used("limit=3", "calls") == [("2026-04", 4), ("2026-03", 2), ("2026-02", 0)]


def test_other_windows_can_be_asked_for() -> None:
    """They were never counted by the year, but the hours tell."""
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(1, FEBRUARY)
    use_feature(2, APRIL)
    body = expect(list_periods(query="kind=EVERY_YEAR"), 200)
    (year,) = body["results"]
    assert (body["kind"], year["start"][:4], year["used"], year["usageLimit"]) == (
        "EVERY_YEAR",
        "2026",
        3,
        None,
    )


def test_windows_that_follow_the_subscription_are_named_by_its_start() -> None:
    subscribe_acme(make_entitlement(reset_time="SUBSCRIPTION_START", **MONTHLY))
    use_feature(1, MARCH)
    body = expect(list_periods(), 200)
    assert body["kind"] == "EVERY_MONTH@20260131T103000000000"
    assert [each["start"][:16] for each in body["results"]] == [
        "2026-03-31T10:30",
        "2026-02-28T10:30",
        "2026-01-31T10:30",
    ]
    assert history(f"kind={body['kind']}") == body["results"]


def turned_twice() -> tuple[CounterChange, CounterChange]:
    """March ends with 60, and comes to an end again with 75 under a newer version of the counter."""
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    change = report_at(1, APRIL)
    assert change.old is not None
    (window,) = change.old.windows
    later = replace(change.old, windows=(replace(window, used=75),), version=change.old.version + 5)
    return change, CounterChange(later, replace(change.new, version=later.version + 1))


@pytest.mark.parametrize("order", [(0,), (0, 0)], ids=["told-once", "told-twice"])
def test_the_record_of_the_turn_has_the_last_state(order: tuple[int, ...]) -> None:
    changes = turned_twice()
    for number in order:
        process_changes(changes[number])
    assert used("limit=2") == [("2026-04", 1), ("2026-03", 60)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)], ids=str)
def test_the_newer_state_of_a_window_that_ended_twice_counts(order: tuple[int, ...]) -> None:
    """As when a plan's windows go and come back: whatever the order in which it is told."""
    changes = turned_twice()
    for number in order:
        process_changes(changes[number])
    assert used("limit=2") == [("2026-04", 1), ("2026-03", 75)]


def test_a_clock_that_is_late_finds_the_window_turned() -> None:
    """What it reports counts in the new window, and the old one stays as the turn left it."""
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    changes = [report_at(1, APRIL), report_at(2, APRIL - TICK), report_at(4, APRIL - DAY)]
    process_changes(*changes)
    assert used("limit=2") == [("2026-04", 7), ("2026-03", 60)]


def test_a_history_takes_few_requests(parity_table: Table) -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    for month in (JANUARY, FEBRUARY, MARCH, APRIL):
        use_feature(1, month)
    with record_requests(parity_table.client) as requests:
        history("limit=4")
    assert [name for name, _ in requests] == ["Query", "BatchGetItem", "Query"]


def test_an_archived_customer_has_a_history() -> None:
    subscription_id = subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    use_feature(7, APRIL)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    recompute_snapshot()
    assert used() == [("2026-04", 7), ("2026-03", 60)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("kind=EVERY_MINUTE", "kind"),
        ("kind=EVERY_MONTH@2026", "kind"),
        ("kind=", "kind"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(query: str, field: str) -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    assert wrong_fields(list_periods(query=query)) == {field: 1}


@pytest.mark.parametrize(
    ("customer_id", "feature", "refused"),
    [
        ("nobody", "exports", (404, "customer_not_found")),
        ("acme", "nothing", (404, "feature_not_found")),
        ("acme", "sso", (409, "feature_not_metered")),
    ],
)
def test_what_does_not_exist_has_no_history(customer_id: str, feature: str, refused: tuple[int, str]) -> None:
    create_customer("Acme")
    create_feature("SSO", "BOOLEAN")
    assert refusal(list_periods(feature, customer_id=customer_id)) == refused
