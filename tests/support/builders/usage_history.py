"""Usage in the past: reported or counted from events, processed from the stream, and rolled up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

import pytest

from parity.catalog.store.features import feature_store
from parity.core.periods import Period
from parity.core.times import EPOCH
from parity.metering.api.jobs import closing_work
from parity.metering.api.stores import counting_stores
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.ingest import ingest_event
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from parity.usage.api.report_stores import report_stores
from parity.usage.api.stream import stream_stores
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.service.limits import CountRequest
from parity.usage.service.reports import count_report
from parity.usage.service.stream import UsageRecords, process_records
from tests.support.answers import expect
from tests.support.fakes.functions import Reply, call, set_clock
from tests.support.fakes.jobs import do_all_due

SEQUENCE = count(1)
"""Of the stream's records."""


def report_at(
    value: int, at: datetime, feature: str = "exports", behaviour: Behaviour = Behaviour.DELTA
) -> CounterChange:
    """Counts a report; returns the change of the counter, which the stream delivers later."""
    old = counter_store().get(UsageKey("acme", feature))
    sent = Report(customer_id="acme", feature=feature, behaviour=behaviour, value=value)
    count_report(report_stores(), CountRequest(report=sent, at=at))
    return counter_change_since(old, feature)


def counter_change_since(old: Any, feature: str = "exports") -> CounterChange:  # noqa: ANN401 - a counter, or None
    new = counter_store().get(UsageKey("acme", feature))
    assert new is not None
    return CounterChange(old, new)


def process_changes(*changes: CounterChange, at: datetime | None = None) -> None:
    """Processes the changes as one batch of the stream."""
    process_records(stream_stores(), "acme", UsageRecords(changes=list(changes)), at or changes[-1].new.at)


def use_feature(
    value: int, at: datetime, feature: str = "exports", behaviour: Behaviour = Behaviour.DELTA
) -> None:
    """Counts a report and processes its change."""
    process_changes(report_at(value, at, feature, behaviour))


def count_event(value: float, at: datetime, feature: str = "calls", now: datetime | None = None) -> None:
    """Counts an event whose `n` is the value. It arrives as soon as it happens, unless `now` is given.

    What the counter's change has to tell follows in a batch of its own, as on the stream.
    """
    old = counter_store().get(UsageKey("acme", feature))
    event = _make_event(value, at, feature, now or at)
    count_events([event], now or at)
    process_changes(counter_change_since(old, feature), at=now or at)


def count_events_at(moments: Iterable[datetime], feature: str = "calls") -> None:
    """Counts an event of 1 at each moment, all in one batch after the last one."""
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
    """Closes all hours that are over by then, and rolls up their days."""
    later = now + timedelta(hours=1)
    for _ in range(2):
        done = do_all_due(closing_work(counting_stores(), feature_store()), later)
        assert (done.failed, done.complete) == (0, True)
    key, whole = UsageKey("acme", feature), Period(EPOCH, later)
    assert not bucket_store().open_days(key, whole)
    assert bucket_store().days_within(key, whole)


def query_usage(query: str = "", customer_id: str = "acme", **request: Any) -> Reply:  # noqa: ANN401
    return call("usage/query", parameters={"customerId": customer_id}, query=query, **request)


def list_periods(feature: str = "exports", query: str = "", customer_id: str = "acme") -> Reply:
    path = {"customerId": customer_id, "feature": feature}
    return call("usage/periods", parameters=path, query=query)


NOW = datetime(2026, 4, 2, 12, 7, tzinfo=UTC)
"""When most histories are read: on the second day of a month, within a quarter of an hour."""


def set_history_clocks(monkeypatch: pytest.MonkeyPatch, moment: datetime = NOW) -> None:
    for operation in ("usage/query", "usage/periods", "usage/reset"):
        set_clock(monkeypatch, operation, moment)


def get_series(query: str) -> dict[str, Any]:
    return expect(query_usage(query), 200)


def list_values(query: str) -> list[tuple[str, float]]:
    """Start and value of each point that is not 0. All points must be adjacent and add up to the total."""
    found = get_series(query)
    points = found["points"]
    assert found["total"] == sum(point["value"] for point in points)
    assert all(one["end"] == other["start"] for one, other in pairwise(points))
    return [(point["start"][:16], point["value"]) for point in points if point["value"]]


def list_windows(query: str = "", feature: str = "exports") -> list[dict[str, Any]]:
    body = expect(list_periods(feature, query), 200)
    results: list[dict[str, Any]] = body["results"]
    ends = [each["end"] for each in results[1:]]
    assert ends == [each["start"] for each in results[:-1]], "one after the other"
    return results


def list_window_usage(query: str = "", feature: str = "exports") -> list[tuple[str, float]]:
    return [(each["start"][:7], each["used"]) for each in list_windows(query, feature)]
