"""Alerts on the bus: published at least once, whatever fails."""

from __future__ import annotations

from typing import Any

import pytest

from parity.aws.event_bus import EventBus, NotPublishedError, event_bus
from parity.dynamodb.table import Table
from parity.entitlements.store.checks import check_store
from parity.metering.rules.counter_changes import CounterChange
from parity.usage.api.stream import stream_stores
from parity.usage.service.alerts import raise_alerts
from tests.support.answers import expect
from tests.support.builders.entitlements import subscribe_acme
from tests.support.builders.moments import DAY, MARCH
from tests.support.builders.usage_alerts import (
    list_alerts,
    list_published_details,
    list_published_thresholds,
    make_alerting,
    record_alert_requests,
)
from tests.support.builders.usage_history import (
    process_changes,
    report_at,
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


def test_an_event_on_the_bus_has_the_fields_of_webhooks(bus_requests: list[Request]) -> None:
    subscription_id = subscribe_acme(make_alerting(25, of="BALANCE"))
    use_feature(80, MARCH + DAY)
    (detail,) = list_published_details(bus_requests)
    (alert,) = list_alerts()
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


MONTH = ["PutItem"]
"""A process marks the month of its first alert for the list."""


def test_alerts_cost_nothing_below_the_threshold_and_one_query_above_it() -> None:
    subscribe_acme(make_alerting(50, 80))
    assert record_alert_requests(report_at(49, MARCH)) == []
    alert, listed = ["PutItem"], ["PutItem", "UpdateItem"]
    expected = ["Query", *alert, *MONTH, *listed, *alert, *listed]
    assert record_alert_requests(report_at(40, MARCH)) == expected
    assert record_alert_requests(report_at(1, MARCH)) == ["Query"]


def make_change() -> CounterChange:
    subscribe_acme(make_alerting(50, 80))
    return report_at(85, MARCH)


def raise_alerts_of(change: CounterChange) -> None:
    """Raises the alerts of a change as the stream function does."""
    raise_alerts(stream_stores().alerts, check_store().read_for_check("acme").snapshot, [change], MARCH)


PUBLISHING = ["PutItem", "GetItem", "GetItem", "UpdateItem"]
REQUESTS = ["Query", "PutItem", *MONTH, *PUBLISHING, "PutItem", *PUBLISHING]
"""The requests of two alerts to DynamoDB. Each is listed, and published before its UpdateItem."""


@pytest.mark.parametrize("last", range(1, len(REQUESTS) + 1))
def test_the_next_attempt_completes_what_an_ended_process_began(
    parity_table: Table, bus_requests: list[Request], last: int
) -> None:
    change = make_change()
    with inject_fault(parity_table.client, end_process_after(last + 1)) as sent, pytest.raises(ProcessEnded):
        raise_alerts_of(change)
    assert sent[-1] == REQUESTS[last - 1]
    raise_alerts_of(change)
    assert [(alert["thresholdValue"], alert["published"]) for alert in list_by_threshold()] == [
        (50, True),
        (80, True),
    ]
    ids = {alert["id"] for alert in list_alerts()}
    assert {detail["id"] for detail in list_published_details(bus_requests)} == ids
    assert list_listed_ids() == sorted(ids)


def list_listed_ids() -> list[str]:
    return sorted(row["id"] for row in expect(call("alerts/list"), 200)["results"])


def list_by_threshold() -> list[dict[str, Any]]:
    return sorted(list_alerts(), key=lambda alert: int(alert["thresholdValue"]))


def test_two_alerts_take_twelve_requests_and_later_ones_of_the_process_one_less(parity_table: Table) -> None:
    change = make_change()
    with record_requests(parity_table.client) as requests:
        raise_alerts_of(change)
    assert [name for name, _ in requests] == ["Query", *REQUESTS]  # the first one is for the snapshot
    assert len(REQUESTS) == 12


@pytest.mark.parametrize("published", [False, True], ids=["before", "after"])
def test_a_process_that_ends_around_the_publishing_publishes_again(
    bus_requests: list[Request], monkeypatch: pytest.MonkeyPatch, *, published: bool
) -> None:
    change, publish = make_change(), EventBus.publish

    def end(bus: EventBus, *event: Any) -> None:  # noqa: ANN401
        if published:
            publish(bus, *event)
        raise ProcessEnded

    with monkeypatch.context() as patch:
        patch.setattr(EventBus, "publish", end)
        with pytest.raises(ProcessEnded):
            process_changes(change)
    assert [alert["published"] for alert in list_alerts()] == [False]
    process_changes(change)
    assert list_published_thresholds(bus_requests) == ([50] if published else []) + [50, 80]
    assert len({detail["id"] for detail in list_published_details(bus_requests)}) == 2
    assert [alert["published"] for alert in list_alerts()] == [True, True]


def test_an_event_that_the_bus_refuses_is_published_again(
    bus_requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    change = make_change()
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
    with monkeypatch.context() as patch:
        patch.setattr(event_bus().client, "put_events", lambda **_: refused)
        with pytest.raises(ExceptionGroup) as failed:
            process_changes(change)
    (failure,) = failed.value.exceptions
    assert isinstance(failure, NotPublishedError)
    assert str(failure) == "ThrottlingException"
    assert len(list_listed_ids()) == 1
    process_changes(change)
    assert list_published_thresholds(bus_requests) == [50, 80]
    assert len(list_listed_ids()) == 2


def test_a_redelivered_record_changes_nothing(parity_table: Table, bus_requests: list[Request]) -> None:
    change = make_change()
    process_changes(change)
    before = list_alerts()
    process_changes(change, at=MARCH + DAY)
    assert list_alerts() == before
    assert list_published_thresholds(bus_requests) == [50, 80]
    with inject_fault(parity_table.client, no_fault) as sent:
        process_changes(change)
    assert "PutItem" not in sent
