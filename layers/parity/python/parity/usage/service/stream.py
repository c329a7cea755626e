"""What the stream says of usage, one customer at a time: events to count, and counters that changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from parity.metering.service.counting import count_events
from parity.metering.service.reported_hours import record_changes, reopen_split_hours
from parity.metering.service.windows import adjust
from parity.usage.service.alerts import raise_alerts
from parity.usage.service.history import record_ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.metering.rules.events import UsageEvent
    from parity.metering.service.counters import CountingStores
    from parity.usage.service.alerts import AlertStores


@dataclass(frozen=True, slots=True)
class UsageRecords:
    """Of one customer: events, each with its number on the stream, and changes of counters, in order."""

    events: list[tuple[UsageEvent, int]] = field(default_factory=list)
    changes: list[CounterChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StreamStores:
    """`meters` tells which meters count events of a name."""

    meters: Callable[[str], Sequence[Meter]]
    counting: CountingStores
    alerts: AlertStores


def process(stores: StreamStores, customer_id: str, records: UsageRecords, now: datetime) -> None:
    """Safe to do again with the same records, with some of them, or after it died anywhere.

    Raises what went wrong first, when all else is done: one feature does not keep the others waiting.
    """
    steps = [*_counting(stores, customer_id, records, now), *_following(stores, customer_id, records, now)]
    failures = [error for step in steps if (error := _failure(step))]
    if failures:
        raise failures[0]


def _failure(step: Callable[[], None]) -> Exception | None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - it is raised in the end
        return error
    return None


def _counting(
    stores: StreamStores, customer_id: str, records: UsageRecords, now: datetime
) -> Iterator[Callable[[], None]]:
    """A step for each feature that counts any of the events."""
    by_name: dict[str, list[tuple[UsageEvent, int]]] = defaultdict(list)
    for event, sequence in records.events:
        by_name[event.name].append((event, sequence))
    for name, events in by_name.items():
        for meter in stores.meters(name):
            yield partial(count_events, stores.counting, customer_id, meter, events, now)


def _following(
    stores: StreamStores, customer_id: str, records: UsageRecords, now: datetime
) -> Iterator[Callable[[], None]]:
    """A step for each counter that changed."""
    by_feature: dict[str, list[CounterChange]] = defaultdict(list)
    for change in records.changes:
        by_feature[change.new.feature].append(change)
    if not by_feature:
        return
    snapshot = stores.counting.checks.read_for_check(customer_id, consistent=True).snapshot
    for changes in by_feature.values():
        yield partial(_follow, stores, changes, snapshot, now)


def _follow(
    stores: StreamStores, changes: Sequence[CounterChange], snapshot: Snapshot | None, now: datetime
) -> None:
    """A counter that was made while entitlements changed may have been given windows of before."""
    buckets = stores.counting.buckets
    counter = changes[-1].new
    record_changes(buckets, counter.key, changes, now)
    reopen_split_hours(buckets, counter.key, changes, now)
    adjust(stores.counting.counters, buckets, counter, snapshot, now)
    record_ended(stores.alerts.records, snapshot, changes)
    raise_alerts(stores.alerts, snapshot, changes, now)
