"""Alerts of usage and limits that go up and down, compared with a plain reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import EVER, once_kind
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import Alerts, FeatureSources, Snapshot, ThresholdType
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.counters import UsageCounter, UsageWindow, next_version
from parity.metering.rules.usage_key import UsageKey
from parity.usage.api.stream import stream_stores
from parity.usage.rules.reports import Behaviour, apply_usage
from parity.usage.service.alerts import raise_alerts
from parity.usage.store.alerts import alert_store
from tests.support.builders.catalog import store_metered_feature
from tests.support.builders.customers import store_customer
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import MARCH, MINUTE
from tests.support.builders.usage_alerts import list_published_details
from tests.support.fakes.clients import Request

THRESHOLDS = (50, 80, 100)
FEATURES = count()
"""Each walk is of a feature of its own, so that it knows no alerts of the walk before."""


@dataclass
class Reference:
    """Tells of a threshold each time usage goes from below to it. Looks after every change of either."""

    usage: int = 0
    above: set[int] = field(default_factory=set)
    told: list[tuple[int, int, int]] = field(default_factory=list)

    def change_limit(self, limit: int) -> None:
        """A limit that shrinks is told with the next report."""
        self.above &= self._reached(limit)

    def report(self, usage: int, limit: int) -> None:
        self.usage = usage
        reached = self._reached(limit)
        self.told += [(value, usage, limit) for value in reached - self.above]
        self.above = reached

    def _reached(self, limit: int) -> set[int]:
        return {value for value in THRESHOLDS if self.usage >= Fraction(limit * value, 100)}


def change_limit(counter: UsageCounter, limit: int) -> Snapshot:
    """The snapshot of a customer whose plan changed after the last report, to one with this limit."""
    alerts = Alerts(ThresholdType.PERCENTAGE, THRESHOLDS)
    source = make_source(limit, alerts=alerts, valid_from=counter.at + MINUTE / 2)
    features = {counter.feature: FeatureSources(FeatureType.METER, (source,))}
    return Snapshot(archived=False, subscribed=(), features=features)


def report(counter: UsageCounter, usage: int) -> CounterChange:
    reported = apply_usage(counter, Behaviour.SET, usage)
    return CounterChange(counter if counter.version else None, next_version(reported, counter.at + MINUTE))


batches = st.tuples(st.integers(1, 12), st.lists(st.integers(0, 12), min_size=1, max_size=3), st.booleans())


@pytest.fixture
def acme_on_file(parity_table: Table) -> None:
    store_customer("Acme")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(batches, max_size=5))
def test_alerts_are_those_of_a_plain_reference(
    acme_on_file: None, bus_requests: list[Request], steps: list[tuple[int, list[int], bool]]
) -> None:
    """Batches of reports under a limit of their own; some batches are delivered twice."""
    bus_requests.clear()
    key, reference = UsageKey("acme", f"exports-{next(FEATURES)}"), Reference()
    store_metered_feature(key.feature)
    window = UsageWindow(kind=once_kind("subscription-subscription-1"), period=EVER)
    counter = UsageCounter(key=key, aggregation=Aggregation.CHANGE, windows=(window,), at=MARCH)
    for limit, usages, twice in steps:
        snapshot, changes = change_limit(counter, limit), []
        reference.change_limit(limit)
        for usage in usages:
            changes.append(report(counter, usage))
            counter = changes[-1].new
            reference.report(usage, limit)
        for _ in range(1 + twice):
            raise_alerts(stream_stores().alerts, snapshot, changes, counter.at)
    assert sorted(list_told(bus_requests)) == sorted(reference.told)
    recorded = alert_store().list_latest(key, 100)
    assert len(recorded) == len({alert.id for alert in recorded}) == len(reference.told)
    assert all(alert.published for alert in recorded)


def list_told(bus_requests: list[Request]) -> list[tuple[int, int, int]]:
    return [
        (detail["threshold_value"], detail["current_usage"], detail["usage_limit"])
        for detail in list_published_details(bus_requests)
    ]
