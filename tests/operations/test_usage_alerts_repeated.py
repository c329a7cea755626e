"""Alerts of a threshold that usage reaches again in the same window."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import permutations

import pytest

from parity.aws.event_bus import EventBus
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.usage_key import UsageKey
from parity.usage.rules.reports import Behaviour
from parity.usage.store.alerts import alert_store
from tests.support.answers import expect
from tests.support.builders.catalog import sell_plan
from tests.support.builders.entitlements import (
    make_override,
    recompute_snapshot,
    store_overrides,
    subscribe_acme,
)
from tests.support.builders.moments import APRIL, DAY, HOUR, MARCH
from tests.support.builders.subscriptions import make_request, post_to_subscription
from tests.support.builders.usage_alerts import (
    list_alerts,
    list_published_details,
    list_published_thresholds,
    make_alerting,
    record_alert_requests,
)
from tests.support.builders.usage_history import (
    count_event,
    counter_change_since,
    process_changes,
    report_at,
    set_history_clocks,
    use_feature,
)
from tests.support.fakes.clients import ProcessEnded, Request, record_requests
from tests.support.fakes.functions import call, set_clock

SEATS = [9, 1, 9]


def report_seats(*counts: int) -> list[CounterChange]:
    """Reports how many of 10 seats are used; returns the changes, which the stream delivers later."""
    subscribe_acme(make_alerting(80, value=10, reset=Reset.NEVER))
    return [
        report_at(each, MARCH + HOUR * number, behaviour=Behaviour.SET) for number, each in enumerate(counts)
    ]


def list_usage_of_alerts(bus_requests: list[Request]) -> list[int]:
    """The usage that each published alert tells of. All must have ids of their own, which are listed."""
    details = list_published_details(bus_requests)
    usage = {detail["id"]: detail["current_usage"] for detail in details}
    assert {alert["id"]: alert["currentUsage"] for alert in list_alerts()} == usage
    assert all(alert["published"] for alert in list_alerts())
    return list(usage.values())


def test_seats_that_are_given_back_and_taken_again_are_told_again(bus_requests: list[Request]) -> None:
    for change in report_seats(9, 10, 1, 7, 8, 10, 0, 9):
        process_changes(change)
    assert list_published_thresholds(bus_requests) == [80, 80, 80]
    assert list_usage_of_alerts(bus_requests) == [9, 8, 9]


def test_a_threshold_that_usage_reaches_twice_in_a_batch_is_told_twice(bus_requests: list[Request]) -> None:
    process_changes(*report_seats(*SEATS))
    assert list_published_thresholds(bus_requests) == [80, 80]


def test_a_negative_report_makes_room_for_another_alert(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(50, 80))
    for value in (85, -25, 25):
        use_feature(value, MARCH)
    assert list_published_thresholds(bus_requests) == [50, 80, 80]


def test_usage_that_was_reset_by_hand_is_told_again(
    bus_requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe_acme(make_alerting(80))
    set_history_clocks(monkeypatch, MARCH + DAY)
    before = report_at(80, MARCH)
    process_changes(before)
    expect(call("usage/reset", parameters={"customerId": "acme", "feature": "exports"}, body={}), 200)
    process_changes(counter_change_since(before.new))
    use_feature(85, MARCH + 2 * DAY)
    assert list_usage_of_alerts(bus_requests) == [80, 85]


def test_events_that_are_reset_by_hand_are_told_again(
    bus_requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe_acme(make_alerting(80, feature="calls"), raw={"calls": "SUM"})
    set_history_clocks(monkeypatch, MARCH + DAY)
    count_event(90, MARCH)
    expect(call("usage/reset", parameters={"customerId": "acme", "feature": "calls"}, body={}), 200)
    count_event(79, MARCH + 2 * DAY)
    count_event(1, MARCH + 2 * DAY)
    assert list_usage_of_alerts(bus_requests) == [90, 80]


def test_a_limit_that_grew_is_told_when_usage_reaches_its_threshold(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    use_feature(80, MARCH)
    store_overrides(make_override(value=900, reset=None, created_on=MARCH + HOUR))
    use_feature(500, MARCH + DAY)
    assert list_published_thresholds(bus_requests) == [80]
    use_feature(400, MARCH + DAY)
    assert list_usage_of_alerts(bus_requests) == [80, 980]


def test_a_limit_that_grows_and_shrinks_is_told_again(bus_requests: list[Request]) -> None:
    """Usage of 90 is below 80 percent of 1100 for a day, and above 80 percent of 100 after it."""
    subscribe_acme(make_alerting(80))
    use_feature(80, MARCH)
    grant = make_override(value=1000, reset=None, created_on=MARCH + HOUR, expires_on=MARCH + 2 * DAY)
    store_overrides(grant)
    use_feature(10, MARCH + DAY)
    use_feature(1, MARCH + 3 * DAY)
    use_feature(1, MARCH + 3 * DAY)
    assert list_usage_of_alerts(bus_requests) == [80, 91]


def test_an_upgrade_and_a_downgrade_are_told_again(
    bus_requests: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription_id = subscribe_acme(make_alerting(80))
    sell_plan("large", gives=(make_alerting(80, value=1000),))
    use_feature(85, MARCH)
    for plan, day in (("large", 1), ("pro", 3)):
        changed_on = MARCH + day * DAY
        set_clock(monkeypatch, "subscriptions/update", changed_on)
        expect(post_to_subscription("update", subscription_id, make_request(plan)), 200)
        recompute_snapshot(at=changed_on)
        use_feature(1, changed_on + DAY)
    use_feature(1, MARCH + 5 * DAY)
    assert list_usage_of_alerts(bus_requests) == [85, 87]


def test_a_limit_that_shrinks_below_usage_is_told_with_the_next_report(
    bus_requests: list[Request],
) -> None:
    subscribe_acme(make_alerting(80))
    store_overrides(make_override(value=900, reset=None, expires_on=MARCH + DAY))
    use_feature(500, MARCH)
    assert list_alerts() == []
    use_feature(1, MARCH + DAY)
    use_feature(1, MARCH + DAY)
    assert list_usage_of_alerts(bus_requests) == [501]


def test_a_limit_of_0_has_no_alerts(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(0, 80, value=0))
    use_feature(0, MARCH)
    use_feature(1, MARCH)
    assert list_published_details(bus_requests) == []


def test_each_window_is_told_again_by_itself(bus_requests: list[Request]) -> None:
    subscribe_acme(make_alerting(80))
    for at in (MARCH, APRIL):
        for value in (90, 10, 95):
            use_feature(value, at, behaviour=Behaviour.SET)
    assert list_usage_of_alerts(bus_requests) == [90, 95, 90, 95]


def deliver(batches: Iterable[list[CounterChange]]) -> None:
    for batch in batches:
        process_changes(*batch)


def test_redelivered_batches_tell_nothing_twice(bus_requests: list[Request]) -> None:
    changes = report_seats(9, 10, 1, 9, 10, 2, 8)
    for last in range(len(changes)):
        deliver([[change] for change in changes[: last + 1]])
        process_changes(*changes[: last + 1])
    assert list_published_thresholds(bus_requests) == [80, 80, 80]
    assert list_usage_of_alerts(bus_requests) == [9, 9, 8]
    deliver([[change] for change in reversed(changes)])
    assert list_published_thresholds(bus_requests) == [80, 80, 80]


@pytest.mark.parametrize("order", list(permutations(range(len(SEATS)))))
def test_changes_in_any_order_tell_each_rise_once(bus_requests: list[Request], order: list[int]) -> None:
    changes = report_seats(*SEATS)
    for _ in range(2):
        deliver([changes[number]] for number in order)
    assert list_published_thresholds(bus_requests) == [80, 80]
    assert list_usage_of_alerts(bus_requests) == [9, 9]


def test_an_alert_that_is_told_again_takes_a_query_and_four_writes() -> None:
    told, more, fell, less, again, stays = report_seats(9, 10, 1, 2, 9, 10)
    month, listed = "PutItem", "PutItem"
    assert record_alert_requests(told) == ["Query", "PutItem", month, listed, "UpdateItem"]
    assert record_alert_requests(more) == ["Query"]
    assert record_alert_requests(fell) == ["Query", "UpdateItem"]
    assert record_alert_requests(less) == []
    assert record_alert_requests(again) == ["Query", "PutItem", listed, "UpdateItem", "UpdateItem"]
    assert record_alert_requests(stays) == ["Query"]


def test_what_a_change_reads_does_not_grow_with_the_alerts(parity_table: Table) -> None:
    deliver([change] for change in report_seats(*[9, 1] * 5, 9))
    change = report_at(10, MARCH + DAY, behaviour=Behaviour.SET)
    found = alert_store().list_latest(UsageKey("acme", "exports"), 100)
    assert len(found) == 6
    with record_requests(parity_table.client) as requests:
        process_changes(change)
    (query,) = [request for name, request in requests if name == "Query" and "ALERT" in json.dumps(request)]
    assert parity_table.client.query(**query)["Count"] == 1


@pytest.mark.parametrize("published", [False, True], ids=["before", "after"])
def test_a_process_that_ends_around_the_publishing_tells_again_with_the_same_id(
    bus_requests: list[Request], monkeypatch: pytest.MonkeyPatch, *, published: bool
) -> None:
    told, fell, again = report_seats(*SEATS)
    process_changes(told)
    publish = EventBus.publish

    def end(bus: EventBus, *event: object) -> None:
        if published:
            publish(bus, *event)  # type: ignore[arg-type]
        raise ProcessEnded

    with monkeypatch.context() as patch:
        patch.setattr(EventBus, "publish", end)
        with pytest.raises(ProcessEnded):
            process_changes(fell, again)
    process_changes(fell, again)
    assert list_published_thresholds(bus_requests) == [80] * (3 if published else 2)
    assert list_usage_of_alerts(bus_requests) == [9, 9]


def test_an_alert_of_before_keeps_its_id_and_is_told_again(
    parity_table: Table, bus_requests: list[Request]
) -> None:
    """Alerts that were recorded before they could be told again do not have the counter's version."""
    told, more, fell, again = report_seats(9, 10, 1, 9)
    process_changes(told)
    (alert,) = list_alerts()
    (recorded,) = alert_store().list_latest(UsageKey("acme", "exports"), 1)
    parity_table.update(
        {"PK": "USAGE#acme#exports", "SK": recorded.sort_key},
        "REMOVE firstVersion, lastVersion SET thresholdValue = :value",
        "attribute_exists(firstVersion)",
        {":value": 80},
    )
    deliver([[more], [fell], [again]])
    assert list_alerts()[-1] == alert
    assert list_usage_of_alerts(bus_requests) == [9, 9]
