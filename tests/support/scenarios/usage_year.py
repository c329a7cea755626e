"""A year of usage: reported, reserved, counted, closed, read and reset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.store.features import feature_store
from parity.core.periods import Reset
from parity.customers.store import keys
from parity.customers.store.customers import customer_store
from parity.customers.store.search_entries import entries_of
from parity.dynamodb.batches import write_batch
from parity.dynamodb.table import Table
from parity.entitlements.store.overrides import override_store
from parity.metering.rules.counters import next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import UNENTITLED, new_counter, settle_counter
from parity.metering.service import due_hours
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.answers import expect
from tests.support.builders.activity import list_kinds
from tests.support.builders.catalog import make_entitlement, make_hard_limit, store_metered_feature
from tests.support.builders.customers import archive_customer, send_erase
from tests.support.builders.entitlements import (
    make_override,
    make_windowed_source,
    remove_grant,
    remove_override,
    send_grant,
    set_override,
    store_overrides,
    store_snapshot,
    subscribe_acme,
)
from tests.support.builders.events import make_event_body
from tests.support.builders.moments import DAY, HOUR, MINUTE, MOMENT
from tests.support.builders.reports import (
    list_reservations,
    report_usage,
    reserve_usage,
    reset_usage,
    send_report,
    send_reservation,
    set_clocks,
    settle_reservation,
)
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.builders.usage_history import list_periods, query_usage
from tests.support.fakes.event_sources import ChangeStream, UsageStream
from tests.support.fakes.functions import call, load_handler, set_clock
from tests.support.fakes.gateway import load_sample_event, make_http_event, make_rest_event
from tests.support.policies import AccessLog

APRIL, MAY = MOMENT + 17 * DAY, MOMENT + 50 * DAY
ALERTS = {"enabled": True, "thresholds": [50], "threshold_type": "PERCENTAGE"}
FUNCTIONS = {"calls": "SUM", "users": "UNIQUE"}
EVENTS = "/api/v1/report/events"


def play_usage_year(
    watch: AccessLog, table: Table, monkeypatch: pytest.MonkeyPatch, *, is_parked: bool = False
) -> None:
    """The usage of one customer, in an empty table, from 15 March 2026 on.

    If `is_parked`, the stream functions fail each time, and the schedule does all of their work.
    """
    usage = WatchedUsage(watch, UsageStream(table), monkeypatch, is_parked)
    changes = ChangeStream(table)
    usage.set_clocks(MOMENT)
    exports = make_hard_limit(100, reset=Reset.EVERY_MONTH, usage_alerts=ALERTS)
    counted = (make_entitlement(name, reset=Reset.EVERY_MONTH) for name in FUNCTIONS)
    subscription_id = subscribe_acme(exports, *counted, raw=FUNCTIONS)
    _report_usage(usage)
    _make_reservations(usage)
    _send_events(usage)
    _read_usage()
    _list_alerts_before_the_customer_is_read(table, monkeypatch)
    _close_hours(usage)
    _add_kinds_of_windows(usage)
    _reset_usage()
    _change_sources(subscription_id)
    _end_usage(usage, subscription_id)
    _tell_of_changes(usage, changes)


def _id_of(feature: str) -> str:
    return feature_store().get(feature).id


def _report_usage(usage: WatchedUsage) -> None:
    """The first report, one that reaches a threshold, and one of a feature that was just granted."""
    for feature in ("exports", _id_of("exports")):
        for enforce in (False, True):
            report_usage(2, featureId=feature, enforce=enforce)
            report_usage(2, featureId=feature, enforce=enforce, key=f"{feature} {enforce}")
    report_usage(60, key="again")
    report_usage(60, key="again")
    usage.deliver_stream()
    _grant_new_feature("seats")
    report_usage(1, featureId="seats", enforce=True)
    usage.recompute()


def _grant_new_feature(feature: str) -> None:
    store_metered_feature(feature)
    store_overrides(make_override(feature=feature))


def _make_reservations(usage: WatchedUsage) -> None:
    """Reservations that are confirmed, released, or expired. One precedes any report of its feature."""
    _grant_new_feature("desks")
    reserve_usage(1, featureId="desks", expiresInSeconds=60)
    for feature in ("exports", _id_of("exports")):
        for verb in ("confirm", "release"):
            first, again = (send_reservation(1, f"{feature} {verb}", featureId=feature) for _ in range(2))
            assert expect(first, 201) == again.body
            for _ in range(2):
                expect(settle_reservation(verb, first.body["reservationId"], f"{verb} {feature}"), 200)
    assert [each["featureId"] for each in list_reservations()] == ["desks"]
    reserve_usage(20, expiresInSeconds=60)
    usage.set_clocks(MOMENT + HOUR)
    reserve_usage(20, expiresInSeconds=60)
    usage.set_clocks(MOMENT + 2 * HOUR)
    report_usage(20, enforce=True)
    reserve_usage(1, expiresInSeconds=60)
    usage.deliver_stream()


def _send_events(usage: WatchedUsage) -> None:
    """Single events and batches through both gateways, some of them twice. Their keys are kept."""
    usage.monkeypatch.setattr(event_store(), "key_lifetime", 35 * DAY)
    for name in FUNCTIONS:
        for _ in range(2):
            _send_event(name, name)
    body = {"events": [_make_counted_event(name, f"{name} again") for name in FUNCTIONS]}
    for sent in (make_rest_event("POST", EVENTS, body=body), make_http_event("POST", EVENTS, body=body)):
        assert usage.watch.run("report/events", sent)["statusCode"] == 200
    usage.deliver_stream()


def _make_counted_event(name: str, key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An event that counts."""
    return make_event_body(eventName=name, idempotencyKey=key, properties={"n": 5}, **more)


def _send_event(name: str, key: str, **more: Any) -> None:  # noqa: ANN401
    expect(call("report/event", body=_make_counted_event(name, key, **more)), 200)


def _read_usage() -> None:
    for name in ("exports", "calls", _id_of("calls")):
        expect(query_usage(f"featureId={name}&from=2026-01-01"), 200)
        expect(query_usage(f"featureId={name}&interval=WINDOW"), 200)
        expect(list_periods(name), 200)
        query = f"featureId={name}"
        expect(call("usage/alerts", parameters={"customerId": "acme"}, query=query), 200)
        expect(call("alerts/list", query=query), 200)
    expect(call("alerts/list", query="customerId=acme"), 200)
    expect(query_usage(), 200)


def _list_alerts_before_the_customer_is_read(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first read does not find the profile yet."""
    with monkeypatch.context() as patch:
        patch.setattr(table, "batch_get", lambda *_, **__: [])
        assert expect(call("alerts/list"), 200)["count"] == 1


def _close_hours(usage: WatchedUsage) -> None:
    """Closes hours with a late event and a lost one, days, and windows that have ended."""
    usage.fail_to_close_hours(MOMENT + 3 * HOUR)
    assert usage.watch.run_job("reservations/expire")["released"]
    usage.close_hours(MOMENT + 3 * HOUR + 11 * MINUTE)
    _send_event("calls", "late")
    usage.deliver_stream()
    usage.close_hours(MOMENT + 2 * DAY)
    usage.set_clocks(APRIL)
    report_usage(1)
    _send_event("calls", "april", timestamp="2026-04-01T11:00:00Z")
    usage.deliver_stream()
    _send_event("calls", "lost on its way", timestamp="2026-04-01T11:00:00Z")
    usage.stream.read_changes()
    usage.close_hours(MAY)


def _add_kinds_of_windows(usage: WatchedUsage) -> None:
    """Each kind of window is new to the counter for another operation."""
    _store_window_kind(Reset.EVERY_DAY)
    report_usage(1, enforce=True)
    _store_window_kind(Reset.EVERY_WEEK)
    reservation_id = reserve_usage(1)
    _store_window_kind(Reset.EVERY_YEAR)
    expect(settle_reservation("confirm", reservation_id), 200)
    _store_window_kind(Reset.EVERY_DAY)
    expect(reset_usage(), 200)
    override_store().put("acme", make_override(reset=Reset.EVERY_WEEK))
    usage.recompute()
    usage.deliver_stream()


def _store_window_kind(kind: Reset) -> None:
    store_snapshot(
        make_windowed_source(Reset.EVERY_MONTH), make_windowed_source(kind, number=2), feature="exports"
    )


def _change_sources(subscription_id: str) -> None:
    """Each change finds a counter that was settled under other sources, and has it settled again."""
    unsettle_counter("acme", "exports")
    set_override(value=500, reset="EVERY_DAY")
    unsettle_counter("acme", "exports")
    expect(remove_override(), 204)
    unsettle_counter("acme", "exports")
    grant_id = expect(send_grant(5, reset="NEVER"), 201)["grantId"]
    unsettle_counter("acme", "exports")
    expect(remove_grant(grant_id), 204)
    for operation, body in (
        ("cancel", {"cancellation_type": "CURRENT_PERIOD_ENDS"}),
        ("undo", None),
        ("pay", {"outcome": "FAILED"}),
        ("pay", {"outcome": "SUCCEEDED"}),
    ):
        unsettle_counter("acme", "exports")
        expect(post_to_subscription(operation, subscription_id, body), 200)


def unsettle_counter(customer_id: str, feature: str) -> None:
    """Stores the counter as if nothing gave the feature when it was settled."""
    store, key = counter_store(), UsageKey(customer_id, feature)
    stored = store.get(key) or new_counter(key, Aggregation.CHANGE, APRIL)
    store.save(next_version(replace(stored, windows=(UNENTITLED,), turns_on=None), stored.at))


def _reset_usage() -> None:
    for feature in ("exports", "calls", _id_of("users")):
        for _ in range(2):
            expect(reset_usage(feature, key=feature), 200)


def _end_usage(usage: WatchedUsage, subscription_id: str) -> None:
    """A counter created while its customer is archived, and requests after the customer is unarchived."""
    reservation_id = reserve_usage(1)
    _grant_new_feature("late")
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert send_report(1).status == 409
    late = settle_counter(new_counter(UsageKey("acme", "late"), Aggregation.CHANGE, APRIL), None, APRIL)
    counter_store().save(next_version(late, APRIL))
    usage.recompute()
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    expect(settle_reservation("confirm", reservation_id), 200)
    expect(reset_usage("seats"), 200)


def _tell_of_changes(usage: WatchedUsage, changes: ChangeStream) -> None:
    """All that changed in the year, of a customer that is erased by now. Then its activity is listed.

    A request that was slow has written search entries of before the erasure.
    """
    archive_customer("acme")
    entries = entries_of(customer_store().get("acme")).values()
    expect(send_erase(), 200)
    write_batch(customer_store().table, entries)
    usage.run_stream_function("entitlements/recompute", {"Records": changes.read_new()})
    assert {"customer.erased", "override.removed", "usage.reset"} <= set(list_kinds("page_size=100"))
    assert list_kinds("kind=customer.erased") == ["customer.erased"]


CLOCKED = (
    "report/event",
    "report/events",
    "usage/count",
    "usage/aggregate",
    "reservations/expire",
    "usage/query",
    "usage/periods",
    "entitlements/recompute",
)
"""The operations whose clocks `reports.set_clocks` does not set."""


PROCESSING = {"usage/count": "process_records", "entitlements/recompute": "follow_records"}
"""What each stream function calls for a customer."""


def _fail(*_: object) -> None:
    raise KeyError


@dataclass(frozen=True)
class WatchedUsage:
    """Usage whose functions are watched, and whose stream is delivered on request."""

    watch: AccessLog
    stream: UsageStream
    monkeypatch: pytest.MonkeyPatch
    is_parked: bool

    def set_clocks(self, moment: datetime) -> None:
        set_clocks(self.monkeypatch, moment)
        for operation in CLOCKED:
            set_clock(self.monkeypatch, operation, moment)
        set_clock(self.monkeypatch, "parked_work/retry", moment + MINUTE)

    def deliver_stream(self) -> None:
        """Delivers the stream until it has no more records."""
        while records := self.stream.read_changes():
            self.run_stream_function("usage/count", {"Records": records})

    def close_hours(self, moment: datetime) -> None:
        self.set_clocks(moment)
        outcome = self.watch.run_job("usage/aggregate")
        assert (outcome.get("failed", 0), outcome["complete"]) == (0, True)

    def fail_to_close_hours(self, moment: datetime) -> None:
        """What is due is put off."""
        self.set_clocks(moment)
        with self.monkeypatch.context() as patch:
            patch.setattr(due_hours, "close_hour", _fail)
            assert self.watch.run_job("usage/aggregate")["failed"]

    def recompute(self) -> None:
        event = load_sample_event("entitlements_recompute")
        event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = keys.customer("acme")["PK"]
        self.run_stream_function("entitlements/recompute", event)

    def run_stream_function(self, operation: str, event: dict[str, Any]) -> None:
        with self.monkeypatch.context() as patch:
            if self.is_parked:
                patch.setattr(load_handler(operation), PROCESSING[operation], _fail)
            assert self.watch.run(operation, event) == {"batchItemFailures": []}
        if self.is_parked:
            assert self.watch.run("parked_work/retry", {}) == {"done": 1, "failed": 0, "parked": 0}
