"""GET /api/v1/customers/{customerId}/alerts: thresholds that usage reached."""

from __future__ import annotations

import pytest

from parity.core.periods import Reset
from parity.entitlements.rules.sources import SourceKind
from parity.usage.rules.reports import Behaviour
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature, sell_plan
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    make_override,
    store_overrides,
    subscribe_acme,
)
from tests.support.builders.moments import APRIL, DAY, HOUR, MARCH
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.builders.usage_alerts import (
    list_alerts,
    list_published_details,
    list_published_thresholds,
    make_alerting,
)
from tests.support.builders.usage_history import (
    count_event,
    process_changes,
    report_at,
    use_feature,
)
from tests.support.fakes.clients import (
    Request,
)
from tests.support.fakes.functions import call


def list_reached(query: str = "") -> list[tuple[str, int]]:
    """The start of the window and the threshold of each listed alert."""
    return [(alert["periodStart"][:10], alert["thresholdValue"]) for alert in list_alerts(query)]


def test_an_alert_is_listed_with_every_field() -> None:
    subscription_id = subscribe_acme(make_alerting(80))
    use_feature(81, MARCH)
    (alert,) = list_alerts()
    assert len(alert.pop("id")) == 36
    assert alert == {
        "featureId": "exports",
        "thresholdType": "PERCENTAGE",
        "thresholdValue": 80,
        "usageLimit": 100,
        "currentUsage": 81,
        "periodStart": "2026-03-01T00:00:00.000000Z",
        "periodEnd": "2026-04-01T00:00:00.000000Z",
        "subscriptionId": subscription_id,
        "createdOn": "2026-03-01T00:00:00.000000Z",
        "published": True,
    }


def test_a_window_that_never_ends_has_no_end(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(50, reset=Reset.NEVER))
    use_feature(50, MARCH)
    assert [alert["periodEnd"] for alert in list_alerts()] == [None]
    assert [detail["period_end_time"] for detail in list_published_details(bus_requests)] == [None]


def test_a_threshold_is_published_once_while_usage_stays_above_it(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    for value in (79, 1, 1, -1, 60):
        use_feature(value, MARCH)
    use_feature(500, MARCH, behaviour=Behaviour.SET)
    assert list_published_thresholds(bus_requests) == [80]
    assert list_alerts()[0]["currentUsage"] == 80


def test_several_thresholds_can_be_reached_at_once(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(50, 80, 100, 200))
    use_feature(100, MARCH)
    assert list_published_thresholds(bus_requests) == [50, 80, 100]
    use_feature(100, MARCH)
    assert list_published_thresholds(bus_requests) == [50, 80, 100, 200]


def test_each_threshold_in_a_batch_has_the_usage_that_first_reached_it(
    bus_requests: list[Request],
) -> None:
    subscribe_acme(make_alerting(50, 80))
    process_changes(*[report_at(value, MARCH) for value in (55, 10, 20, 30)])
    assert [
        (each["threshold_value"], each["current_usage"]) for each in list_published_details(bus_requests)
    ] == [
        (50, 55),
        (80, 85),
    ]


def test_a_new_window_publishes_its_thresholds_again(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    use_feature(80, MARCH)
    use_feature(79, APRIL)
    assert list_reached() == [("2026-03-01", 80)]
    use_feature(1, APRIL + DAY)
    assert list_reached() == [("2026-04-01", 80), ("2026-03-01", 80)]
    assert len({detail["id"] for detail in list_published_details(bus_requests)}) == 2


def test_one_batch_can_have_alerts_of_two_windows() -> None:
    subscribe_acme(make_alerting(80))
    process_changes(report_at(90, MARCH), report_at(95, APRIL))
    assert sorted(list_reached()) == [("2026-03-01", 80), ("2026-04-01", 80)]


def test_a_raised_limit_raises_the_threshold(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    store_overrides(make_override(value=100, reset=None))
    use_feature(159, MARCH)
    assert list_published_thresholds(bus_requests) == []
    use_feature(1, MARCH)
    assert [
        (each["usage_limit"], each["current_usage"]) for each in list_published_details(bus_requests)
    ] == [(200, 160)]


def test_an_override_alerts_as_it_says(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    alerts = {"enabled": True, "thresholds": [50], "threshold_type": "PERCENTAGE"}
    store_overrides(make_override(SourceKind.OVERRIDE, value=100, reset=None, usage_alerts=alerts))
    use_feature(49, MARCH)
    assert list_published_thresholds(bus_requests) == []
    use_feature(50, MARCH)
    assert list_published_thresholds(bus_requests) == [50]


def test_an_override_switches_alerts_off(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    alerts = {"enabled": False, "thresholds": [50], "threshold_type": "PERCENTAGE"}
    store_overrides(make_override(SourceKind.OVERRIDE, value=100, reset=None, usage_alerts=alerts))
    use_feature(100, MARCH)
    assert list_published_thresholds(bus_requests) == []


def test_usage_counted_from_events_raises_alerts(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(50, feature="calls"), raw={"calls": "SUM"})
    count_event(49.5, MARCH)
    assert list_published_thresholds(bus_requests) == []
    count_event(0.6, MARCH)
    assert [detail["current_usage"] for detail in list_published_details(bus_requests)] == [51]
    assert [alert["currentUsage"] for alert in list_alerts()] == [50.1]


def test_alerts_are_listed_newest_first_of_one_feature_or_of_all() -> None:
    subscribe_acme(
        make_alerting(50),
        make_alerting(60, feature="emails"),
        make_alerting(70, feature="pages", reset=Reset.NEVER),
    )
    use_feature(60, MARCH)
    use_feature(70, MARCH + DAY, "pages")
    use_feature(60, MARCH + 2 * DAY, "emails")
    use_feature(60, APRIL)
    assert [(alert["featureId"], alert["thresholdValue"]) for alert in list_alerts()] == [
        ("exports", 50),
        ("emails", 60),
        ("pages", 70),
        ("exports", 50),
    ]
    assert list_reached("featureId=exports") == [("2026-04-01", 50), ("2026-03-01", 50)]
    assert list_reached("featureId=pages") == [("1970-01-01", 70)]


def test_the_list_keeps_endless_windows_beside_many_ended_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.usage.service.alert_listing.MAX_LISTED", 2)
    subscription_id = subscribe_acme(make_alerting(50))
    for month in (MARCH, APRIL):
        use_feature(60, month)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    sell_plan("team", gives=(make_alerting(50, reset=Reset.NEVER),))
    subscribe_at(APRIL, "team")
    use_feature(60, APRIL + HOUR)
    assert list_reached() == [("1970-01-01", 50), ("2026-04-01", 50)]


def test_alerts_of_an_archived_customer_are_listed() -> None:
    subscription_id = subscribe_acme(make_alerting(50))
    use_feature(50, MARCH)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert list_reached() == [("2026-03-01", 50)]


@pytest.mark.parametrize(
    ("customer_id", "query", "refused"),
    [
        ("nobody", "", (404, "customer_not_found")),
        ("acme", "featureId=nothing", (404, "feature_not_found")),
        ("acme", "featureId=sso", (409, "feature_not_metered")),
    ],
)
def test_alerts_of_an_unknown_customer_or_feature_are_refused(
    customer_id: str, query: str, refused: tuple[int, str]
) -> None:
    create_customer("Acme")
    create_feature("SSO", "BOOLEAN")
    assert refusal(call("usage/alerts", parameters={"customerId": customer_id}, query=query)) == refused
