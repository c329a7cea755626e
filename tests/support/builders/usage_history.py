"""Usage at moments of one's choice: reported or counted from events, told by the stream, and rolled up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from parity.catalog.rules.plans import PlanEntitlement
from parity.catalog.store.features import feature_store
from parity.core.periods import Period
from parity.core.times import EPOCH
from parity.customers.store.customers import customer_store
from parity.entitlements.rules.overrides import Override
from parity.entitlements.store.overrides import override_store
from parity.metering.api.stores import counting_stores
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service import due_hours as aggregating
from parity.metering.service.due_hours import close_due_hours
from parity.metering.service.ingest import ingest_event
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from parity.usage.api.jobs import log_failed_aggregation
from parity.usage.api.report_stores import report_stores
from parity.usage.api.stream import stream_stores
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.service.limits import CountRequest
from parity.usage.service.reports import count_report
from parity.usage.service.stream import UsageRecords, process_records
from tests.support.builders.catalog import sell_plan, store_metered_feature
from tests.support.builders.customers import make_customer
from tests.support.builders.entitlements import recompute_snapshot
from tests.support.builders.moments import START
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.functions import Reply, call

SEQUENCE = count(1)
"""Of the stream's records."""


def subscribe_acme(*entitlements: PlanEntitlement, raw: dict[str, str] | None = None, **terms: Any) -> str:  # noqa: ANN401
    """A new customer subscribed to a plan that gives these, from START on; the subscription's id.

    `raw` are the features that are counted from events, named as they are, each with its function.
    """
    customer_store().create(make_customer("Acme"))
    for each in entitlements:
        store_metered_feature(each.feature, (raw or {}).get(each.feature))
    sell_plan("pro", gives=entitlements)
    subscription_id = subscribe_at(START, **terms)
    recompute_snapshot()
    return subscription_id


def store_override(override: Override) -> None:
    override_store().put("acme", override)
    recompute_snapshot()


def report_at(
    value: int, at: datetime, feature: str = "exports", behaviour: Behaviour = Behaviour.DELTA
) -> CounterChange:
    """What the stream has to tell of the report."""
    old = counter_store().get(UsageKey("acme", feature))
    sent = Report(customer_id="acme", feature=feature, behaviour=behaviour, value=value)
    count_report(report_stores(), CountRequest(report=sent, at=at))
    return counter_change_since(old, feature)


def counter_change_since(old: Any, feature: str = "exports") -> CounterChange:  # noqa: ANN401 - a counter, or None
    new = counter_store().get(UsageKey("acme", feature))
    assert new is not None
    return CounterChange(old, new)


def process_changes(*changes: CounterChange, at: datetime | None = None) -> None:
    """One batch of the stream."""
    process_records(stream_stores(), "acme", UsageRecords(changes=list(changes)), at or changes[-1].new.at)


def use_feature(
    value: int, at: datetime, feature: str = "exports", behaviour: Behaviour = Behaviour.DELTA
) -> None:
    """Reported, and told by the stream."""
    process_changes(report_at(value, at, feature, behaviour))


def count_event(value: float, at: datetime, feature: str = "calls", now: datetime | None = None) -> None:
    """An event of which `n` is the value, and its counting; unless told otherwise as soon as it happens.

    What the counter's change has to tell follows in a batch of its own, as on the stream.
    """
    old = counter_store().get(UsageKey("acme", feature))
    event = _make_event(value, at, feature, now or at)
    count_events([event], now or at)
    process_changes(counter_change_since(old, feature), at=now or at)


def count_events_at(moments: Iterable[datetime], feature: str = "calls") -> None:
    """An event of 1 at each moment, all of them counted after the last one."""
    events = [_make_event(1, at, feature, at) for at in moments]
    count_events(events, events[-1].timestamp)


def _make_event(value: float, at: datetime, feature: str, received_on: datetime) -> UsageEvent:
    return UsageEvent(
        customer_id="acme",
        name=feature,
        idempotency_key=str(uuid4()),
        timestamp=at,
        properties={"n": value},
        resource_id=None,
        received_on=received_on,
    )


def count_events(events: Iterable[UsageEvent], now: datetime) -> None:
    records = UsageRecords()
    for event in events:
        ingest_event(event_store(), event)
        records.events.append((event, next(SEQUENCE)))
    process_records(stream_stores(), "acme", records, now)


def close_hours(feature: str, now: datetime) -> None:
    """Closes all hours that are over by then, and rolls their days up."""
    later = now + timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aggregating, "WORKERS", 1)
        for _ in range(2):
            done = close_due_hours(
                counting_stores(), feature_store(), later, lambda: False, log_failed_aggregation
            )
            assert (done.failed, done.complete) == (0, True)
    key, whole = UsageKey("acme", feature), Period(EPOCH, later)
    assert not bucket_store().open_days(key, whole)
    assert bucket_store().days_within(key, whole)


def query_usage(query: str = "", customer_id: str = "acme", **request: Any) -> Reply:  # noqa: ANN401
    return call("usage/query", parameters={"customerId": customer_id}, query=query, **request)


def list_periods(feature: str = "exports", query: str = "", customer_id: str = "acme") -> Reply:
    path = {"customerId": customer_id, "feature": feature}
    return call("usage/periods", parameters=path, query=query)
