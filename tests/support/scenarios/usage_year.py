"""A year of usage: what is reported, held back, counted, closed, and asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.store.features import feature_store
from parity.core.periods import Reset
from parity.dynamodb import keys
from parity.dynamodb.table import Table
from parity.entitlements.store.overrides import override_store
from parity.metering.rules.counters import new_counter, next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, make_hard_limit, store_metered_feature
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import (
    make_override,
    make_windowed_source,
    store_snapshot,
    subscribe_acme,
)
from tests.support.builders.events import make_event_body
from tests.support.builders.moments import DAY, HOUR, MOMENT
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
from tests.support.fakes.event_sources import UsageStream
from tests.support.fakes.functions import call, set_clock
from tests.support.fakes.gateway import load_sample_event, make_http_event, make_rest_event
from tests.support.policies import AccessLog

APRIL, MAY = MOMENT + 17 * DAY, MOMENT + 50 * DAY
ALERTS = {"enabled": True, "thresholds": [50], "threshold_type": "PERCENTAGE"}
FUNCTIONS = {"calls": "SUM", "users": "UNIQUE"}
EVENTS = "/api/v1/report/events"


def play_usage_year(watch: AccessLog, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one customer, in an empty table; from 15 March 2026 on."""
    town = WatchedUsage(watch, UsageStream(table), monkeypatch)
    town.at(MOMENT)
    exports = make_hard_limit(100, reset=Reset.EVERY_MONTH, usage_alerts=ALERTS)
    counted = (make_entitlement(name, reset=Reset.EVERY_MONTH) for name in FUNCTIONS)
    subscription_id = subscribe_acme(exports, *counted, raw=FUNCTIONS)
    _reports(town)
    _reservations(town)
    _events(town)
    _questions()
    _closing(town)
    _new_kinds_of_windows(town)
    _resets()
    _end_usage(town, subscription_id)


def _id_of(feature: str) -> str:
    return feature_store().get(feature).id


def _reports(town: WatchedUsage) -> None:
    """The first one of all; one that reaches a threshold; one of what the snapshot does not know yet."""
    for feature in ("exports", _id_of("exports")):
        for enforce in (False, True):
            report_usage(2, featureId=feature, enforce=enforce)
            report_usage(2, featureId=feature, enforce=enforce, key=f"{feature} {enforce}")
    report_usage(60, key="again")
    report_usage(60, key="again")
    town.count()
    _granted("seats")
    report_usage(1, featureId="seats", enforce=True)
    town.recompute()


def _granted(feature: str) -> None:
    """A feature that the snapshot does not know yet."""
    store_metered_feature(feature)
    override_store().put("acme", make_override(feature=feature))


def _reservations(town: WatchedUsage) -> None:
    """Confirmed, released, and expired where somebody else needs what they hold; one before any report."""
    _granted("desks")
    reserve_usage(1, featureId="desks", expiresInSeconds=60)
    for feature in ("exports", _id_of("exports")):
        for verb in ("confirm", "release"):
            first, again = (send_reservation(1, f"{feature} {verb}", featureId=feature) for _ in range(2))
            assert expect(first, 201) == again.body
            for _ in range(2):
                expect(settle_reservation(verb, first.body["reservationId"], f"{verb} {feature}"), 200)
    assert [each["featureId"] for each in list_reservations()] == ["desks"]
    reserve_usage(20, expiresInSeconds=60)
    town.at(MOMENT + HOUR)
    reserve_usage(20, expiresInSeconds=60)
    town.at(MOMENT + 2 * HOUR)
    report_usage(20, enforce=True)
    reserve_usage(1, expiresInSeconds=60)
    town.count()


def _events(town: WatchedUsage) -> None:
    """One by one and as a batch, by both gateways; some of them again."""
    for name in FUNCTIONS:
        for _ in range(2):
            _sent(name, name)
    body = {"events": [_happened(name, f"{name} again") for name in FUNCTIONS]}
    for sent in (make_rest_event("POST", EVENTS, body=body), make_http_event("POST", EVENTS, body=body)):
        assert town.watch.run("report/events", sent)["statusCode"] == 200
    town.count()


def _happened(name: str, key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An event that counts."""
    return make_event_body(eventName=name, idempotencyKey=key, properties={"n": 5}, **more)


def _sent(name: str, key: str, **more: Any) -> None:  # noqa: ANN401
    expect(call("report/event", body=_happened(name, key, **more)), 200)


def _questions() -> None:
    for name in ("exports", "calls", _id_of("calls")):
        expect(query_usage(f"featureId={name}&from=2026-01-01"), 200)
        expect(query_usage(f"featureId={name}&interval=WINDOW"), 200)
        expect(list_periods(name), 200)
        query = f"featureId={name}"
        expect(call("usage/alerts", parameters={"customerId": "acme"}, query=query), 200)
    expect(query_usage(), 200)


def _closing(town: WatchedUsage) -> None:
    """Hours, a late event in one and one that is lost in another, days, and windows that have turned."""
    town.aggregate(MOMENT + 3 * HOUR)
    _sent("calls", "late")
    town.count()
    town.aggregate(MOMENT + 2 * DAY)
    town.at(APRIL)
    report_usage(1)
    _sent("calls", "april", timestamp="2026-04-01T11:00:00Z")
    town.count()
    _sent("calls", "lost on its way", timestamp="2026-04-01T11:00:00Z")
    town.stream.news()
    town.aggregate(MAY)


def _new_kinds_of_windows(town: WatchedUsage) -> None:
    """Each is what the counter does not have yet, whoever comes first to see it."""
    _asks_for(Reset.EVERY_DAY)
    report_usage(1, enforce=True)
    _asks_for(Reset.EVERY_WEEK)
    reservation_id = reserve_usage(1)
    _asks_for(Reset.EVERY_YEAR)
    expect(settle_reservation("confirm", reservation_id), 200)
    _asks_for(Reset.EVERY_DAY)
    expect(reset_usage(), 200)
    override_store().put("acme", make_override(reset=Reset.EVERY_WEEK))
    town.recompute()
    town.count()


def _asks_for(kind: Reset) -> None:
    store_snapshot(
        make_windowed_source(Reset.EVERY_MONTH), make_windowed_source(kind, number=2), feature="exports"
    )


def _resets() -> None:
    for feature in ("exports", "calls", _id_of("users")):
        for _ in range(2):
            expect(reset_usage(feature, key=feature), 200)


def _end_usage(town: WatchedUsage, subscription_id: str) -> None:
    """A counter that comes into being while its customer is archived; and what is done when they are back."""
    reservation_id = reserve_usage(1)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    assert send_report(1).status == 409
    late = new_counter(UsageKey("acme", "late"), Aggregation.CHANGE, (Reset.NEVER.value,), APRIL)
    counter_store().save(next_version(late, APRIL))
    town.recompute()
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    expect(settle_reservation("confirm", reservation_id), 200)
    expect(reset_usage("seats"), 200)


CLOCKED = ("report/event", "report/events", "usage/count", "usage/aggregate", "usage/query", "usage/periods")
"""What `set_clocks` does not set."""


@dataclass(frozen=True)
class WatchedUsage:
    """Where every function is watched, and the stream is told when a test says so."""

    watch: AccessLog
    stream: UsageStream
    monkeypatch: pytest.MonkeyPatch

    def at(self, moment: datetime) -> None:
        set_clocks(self.monkeypatch, moment)
        for operation in CLOCKED:
            set_clock(self.monkeypatch, operation, moment)

    def count(self) -> None:
        """Until the stream has nothing more to tell."""
        while records := self.stream.news():
            outcome = self.watch.run("usage/count", {"Records": records})
            assert outcome == {"batchItemFailures": []}

    def aggregate(self, moment: datetime) -> None:
        self.at(moment)
        outcome = self.watch.run("usage/aggregate", {})
        assert (outcome["failed"], outcome["complete"]) == (0, True)

    def recompute(self) -> None:
        event = load_sample_event("entitlements_recompute")
        event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = keys.customer("acme")["PK"]
        assert self.watch.run("entitlements/recompute", event) == {"batchItemFailures": []}
