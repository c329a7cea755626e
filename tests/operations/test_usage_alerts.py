"""Thresholds of usage: recorded once per window, published at least once, and listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.aws.event_bus import EventBus, NotPublishedError, event_bus
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.entitlements.store.checks import check_store
from parity.metering.rules.counter_changes import CounterChange
from parity.usage.api.stream import stream_stores
from parity.usage.rules.reports import Behaviour
from parity.usage.service.alerts import raise_alerts
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature, make_entitlement, sell_plan
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import make_override, recompute_snapshot
from tests.support.builders.moments import START
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.builders.usage_history import (
    count_event,
    process_changes,
    report_at,
    store_override,
    subscribe_acme,
    use_feature,
)
from tests.support.fakes.clients import (
    ProcessEnded,
    Request,
    end_process_after,
    inject_fault,
    no_fault,
    record_requests,
)
from tests.support.fakes.functions import call

DAY = timedelta(days=1)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def alerting(
    *thresholds: int,
    feature: str = "exports",
    of: str = "PERCENTAGE",
    **details: Any,  # noqa: ANN401
) -> PlanEntitlement:
    alerts = {"enabled": True, "thresholds": list(thresholds), "threshold_type": of}
    defaults = {"value": 100, "reset": Reset.EVERY_MONTH, "usage_alerts": alerts}
    return make_entitlement(feature, **{**defaults, **details})


@pytest.fixture(autouse=True)
def told(parity_table: Table) -> Iterator[list[Request]]:
    """What the bus is told."""
    with record_requests(event_bus().client) as requests:
        yield requests


def details(told: list[Request]) -> list[dict[str, Any]]:
    entries = [entry for _, request in told for entry in request["Entries"]]
    for entry in entries:
        assert (entry["Source"], entry["DetailType"]) == ("parity", "feature.usage_alert")
        assert entry["EventBusName"] == "default"
    return [json.loads(entry["Detail"]) for entry in entries]


def thresholds(told: list[Request]) -> list[int]:
    return [detail["threshold_value"] for detail in details(told)]


def listed(query: str = "", customer_id: str = "acme") -> list[dict[str, Any]]:
    reply = call("usage/alerts", parameters={"customerId": customer_id}, query=query)
    body = expect(reply, 200)
    assert body["customerId"] == customer_id
    results: list[dict[str, Any]] = body["results"]
    return results


def reached(query: str = "") -> list[tuple[str, int]]:
    """The start of the window and the threshold of each alert that is listed."""
    return [(alert["periodStart"][:10], alert["thresholdValue"]) for alert in listed(query)]


def test_an_alert_is_listed_with_all_that_is_known_of_it() -> None:
    subscription_id = subscribe_acme(alerting(80))
    use_feature(81, MARCH)
    (alert,) = listed()
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


def test_the_bus_is_told_what_webhooks_show(told: list[Request]) -> None:
    subscription_id = subscribe_acme(alerting(25, of="BALANCE"))
    use_feature(80, MARCH + DAY)
    (detail,) = details(told)
    (alert,) = listed()
    customer, feature = detail.pop("customer"), detail.pop("feature")
    assert detail == {
        "id": alert["id"],
        "object": "feature_usage_alert",
        "usage_limit": 100,
        "current_usage": 80,
        "threshold_type": "BALANCE",
        "threshold_value": 25,
        "period_start_time": "2026-03-01T00:00:00.000000Z",
        "period_end_time": "2026-04-01T00:00:00.000000Z",
        "subscription_id": subscription_id,
        "organization": "org-1",
        "created_on": "2026-03-02T00:00:00.000000Z",
        "modified_on": "2026-03-02T00:00:00.000000Z",
    }
    assert (feature["identifier"], feature["feature_type"]) == ("exports", "METER")
    assert (customer["customer_id"], customer["name"]) == ("acme", "Acme")
    assert customer.keys() == {"id", "name", "email", "customer_id", "billing_address"}


def test_a_window_that_never_ends_has_no_end(told: list[Request]) -> None:
    subscribe_acme(alerting(50, reset=Reset.NEVER))
    use_feature(50, MARCH)
    assert [alert["periodEnd"] for alert in listed()] == [None]
    assert [detail["period_end_time"] for detail in details(told)] == [None]


def test_a_threshold_is_told_once_however_usage_goes_on(told: list[Request]) -> None:
    subscribe_acme(alerting(80))
    for value in (79, 1, 1, -50, 60):
        use_feature(value, MARCH)
    use_feature(0, MARCH, behaviour=Behaviour.SET)
    use_feature(500, MARCH)
    assert thresholds(told) == [80]
    assert listed()[0]["currentUsage"] == 80


def test_several_thresholds_may_be_passed_at_once(told: list[Request]) -> None:
    subscribe_acme(alerting(50, 80, 100, 200))
    use_feature(100, MARCH)
    assert thresholds(told) == [50, 80, 100]
    use_feature(100, MARCH)
    assert thresholds(told) == [50, 80, 100, 200]


def test_several_changes_in_one_batch_tell_each_threshold_as_it_was_first_reached(
    told: list[Request],
) -> None:
    subscribe_acme(alerting(50, 80))
    process_changes(*[report_at(value, MARCH) for value in (55, 10, 20, 30)])
    assert [(each["threshold_value"], each["current_usage"]) for each in details(told)] == [
        (50, 55),
        (80, 85),
    ]


def test_a_new_window_tells_again(told: list[Request]) -> None:
    subscribe_acme(alerting(80))
    use_feature(80, MARCH)
    use_feature(79, APRIL)
    assert reached() == [("2026-03-01", 80)]
    use_feature(1, APRIL + DAY)
    assert reached() == [("2026-04-01", 80), ("2026-03-01", 80)]
    assert len({detail["id"] for detail in details(told)}) == 2


def test_one_batch_may_tell_of_two_windows() -> None:
    subscribe_acme(alerting(80))
    process_changes(report_at(90, MARCH), report_at(95, APRIL))
    assert sorted(reached()) == [("2026-03-01", 80), ("2026-04-01", 80)]


def test_a_limit_that_is_raised_puts_a_threshold_off(told: list[Request]) -> None:
    subscribe_acme(alerting(80))
    store_override(make_override(value=100, reset=None))
    use_feature(159, MARCH)
    assert thresholds(told) == []
    use_feature(1, MARCH)
    assert [(each["usage_limit"], each["current_usage"]) for each in details(told)] == [(200, 160)]


def test_usage_that_is_counted_from_events_alerts_as_well(told: list[Request]) -> None:
    subscribe_acme(alerting(50, feature="calls"), raw={"calls": "SUM"})
    count_event(49.5, MARCH)
    assert thresholds(told) == []
    count_event(0.6, MARCH)
    assert [detail["current_usage"] for detail in details(told)] == [51]
    assert [alert["currentUsage"] for alert in listed()] == [50.1]


def requests_of(table: Table, change: CounterChange) -> list[str]:
    """What the change makes the stream function ask for about alerts."""
    with record_requests(table.client) as requests:
        process_changes(change)
    return [name for name, request in requests if "ALERT#" in json.dumps(request)]


def test_nothing_is_read_before_a_threshold_is_reached_and_one_query_after_that(parity_table: Table) -> None:
    subscribe_acme(alerting(50, 80))
    assert requests_of(parity_table, report_at(49, MARCH)) == []
    assert requests_of(parity_table, report_at(40, MARCH)) == ["Query"] + ["PutItem", "UpdateItem"] * 2
    assert requests_of(parity_table, report_at(1, MARCH)) == ["Query"]


def batch() -> CounterChange:
    subscribe_acme(alerting(50, 80))
    return report_at(85, MARCH)


def raise_again(change: CounterChange) -> None:
    """As the stream function does, and nothing else."""
    raise_alerts(stream_stores().alerts, check_store().read_for_check("acme").snapshot, [change], MARCH)


REQUESTS = ["Query"] + ["PutItem", "GetItem", "GetItem", "UpdateItem"] * 2
"""What two alerts ask of DynamoDB; the bus is told before each update."""


@pytest.mark.parametrize("last", range(1, len(REQUESTS) + 1))
def test_wherever_the_process_ends_the_next_try_completes_it(
    parity_table: Table, told: list[Request], last: int
) -> None:
    change = batch()
    with inject_fault(parity_table.client, end_process_after(last + 1)) as sent, pytest.raises(ProcessEnded):
        raise_again(change)
    assert sent[-1] == REQUESTS[last - 1]
    raise_again(change)
    assert [(alert["thresholdValue"], alert["published"]) for alert in by_threshold()] == [
        (50, True),
        (80, True),
    ]
    assert {detail["id"] for detail in details(told)} == {alert["id"] for alert in listed()}


def by_threshold() -> list[dict[str, Any]]:
    return sorted(listed(), key=lambda alert: int(alert["thresholdValue"]))


def test_two_alerts_take_these_requests(parity_table: Table) -> None:
    change = batch()
    with record_requests(parity_table.client) as requests:
        raise_again(change)
    assert [name for name, _ in requests] == ["Query", *REQUESTS]  # the first one is for the snapshot


@pytest.mark.parametrize("published", [False, True], ids=["before", "after"])
def test_a_process_that_ends_around_the_publishing_publishes_again(
    told: list[Request], monkeypatch: pytest.MonkeyPatch, *, published: bool
) -> None:
    change, publish = batch(), EventBus.publish

    def end(bus: EventBus, *event: Any) -> None:  # noqa: ANN401
        if published:
            publish(bus, *event)
        raise ProcessEnded

    with monkeypatch.context() as patch:
        patch.setattr(EventBus, "publish", end)
        with pytest.raises(ProcessEnded):
            process_changes(change)
    assert [alert["published"] for alert in listed()] == [False]
    process_changes(change)
    assert thresholds(told) == ([50] if published else []) + [50, 80]
    assert len({detail["id"] for detail in details(told)}) == 2
    assert [alert["published"] for alert in listed()] == [True, True]


def test_a_bus_that_refuses_an_event_gets_it_again(
    told: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    change = batch()
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
    with monkeypatch.context() as patch:
        patch.setattr(event_bus().client, "put_events", lambda **_: refused)
        with pytest.raises(ExceptionGroup) as failed:
            process_changes(change)
    (failure,) = failed.value.exceptions
    assert isinstance(failure, NotPublishedError)
    assert str(failure) == "ThrottlingException"
    process_changes(change)
    assert thresholds(told) == [50, 80]


def test_a_record_that_comes_twice_changes_nothing(parity_table: Table, told: list[Request]) -> None:
    change = batch()
    process_changes(change)
    before = listed()
    process_changes(change, at=MARCH + DAY)
    assert listed() == before
    assert thresholds(told) == [50, 80]
    with inject_fault(parity_table.client, no_fault) as sent:
        process_changes(change)
    assert "PutItem" not in sent


def test_alerts_are_listed_newest_first_of_one_feature_or_of_all() -> None:
    subscribe_acme(
        alerting(50), alerting(60, feature="emails"), alerting(70, feature="pages", reset=Reset.NEVER)
    )
    use_feature(60, MARCH)
    use_feature(70, MARCH + DAY, "pages")
    use_feature(60, MARCH + 2 * DAY, "emails")
    use_feature(60, APRIL)
    assert [(alert["featureId"], alert["thresholdValue"]) for alert in listed()] == [
        ("exports", 50),
        ("emails", 60),
        ("pages", 70),
        ("exports", 50),
    ]
    assert reached("featureId=exports") == [("2026-04-01", 50), ("2026-03-01", 50)]
    assert reached("featureId=pages") == [("1970-01-01", 70)]


def test_what_never_ends_is_not_crowded_out_by_what_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.usage.service.alert_listing.MAX_LISTED", 2)
    subscribe_acme(alerting(50))
    sell_plan("team", gives=(alerting(50, reset=Reset.NEVER),))
    subscribe_at(START, "team")
    recompute_snapshot()
    for month in (MARCH, APRIL):
        use_feature(60, month)
    assert reached() == [("2026-04-01", 50), ("1970-01-01", 50)]


def test_alerts_of_an_archived_customer_are_listed() -> None:
    subscription_id = subscribe_acme(alerting(50))
    use_feature(50, MARCH)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert reached() == [("2026-03-01", 50)]


@pytest.mark.parametrize(
    ("customer_id", "query", "refused"),
    [
        ("nobody", "", (404, "customer_not_found")),
        ("acme", "featureId=nothing", (404, "feature_not_found")),
        ("acme", "featureId=sso", (409, "feature_not_metered")),
    ],
)
def test_what_does_not_exist_has_no_alerts(customer_id: str, query: str, refused: tuple[int, str]) -> None:
    create_customer("Acme")
    create_feature("SSO", "BOOLEAN")
    assert refusal(call("usage/alerts", parameters={"customerId": customer_id}, query=query)) == refused
