"""What the table's stream says of one customer's usage: events to count, and counters that changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from parity.core.steps import collect_failures
from parity.metering.service.counting import count_events
from parity.metering.service.recount import recount_hour
from parity.metering.service.reported_hours import record_changes, reopen_split_hours
from parity.metering.service.windows import expire_windows
from parity.usage.service.alerts import raise_alerts
from parity.usage.service.ended_windows import record_ended_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.core.steps import Step
    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.metering.rules.event_values import NumberedEvent
    from parity.metering.service.counters import CountingStores
    from parity.usage.service.alerts import AlertStores
    from parity.usage.store.ended_windows import EndedWindowStore


@dataclass(frozen=True, slots=True)
class UsageRecords:
    """Of one customer: events, each with its number on the stream, and changes of counters, in order.

    `unreadable` has the error of each record that cannot be read. It does not keep the others from counting.
    """

    events: list[NumberedEvent] = field(default_factory=list)
    changes: list[CounterChange] = field(default_factory=list)
    unreadable: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StreamStores:
    """`find_meters` returns the meters that count events of a name."""

    find_meters: Callable[[str], Sequence[Meter]]
    counting: CountingStores
    ended_windows: EndedWindowStore
    alerts: AlertStores


def process_records(stores: StreamStores, customer_id: str, records: UsageRecords, now: datetime) -> None:
    """Counts the events, and records what follows from the changes of counters.

    Safe to repeat with the same records, with some of them, or after the process ended anywhere. A feature
    that fails does not keep the others waiting: all failures are raised at the end, in an ExceptionGroup.
    """

    def count(meter: Meter, events: Sequence[NumberedEvent]) -> None:
        count_events(stores.counting, customer_id, meter, events, now)

    _run_steps(
        records,
        [*_event_steps(stores, records, count), *_change_steps(stores, customer_id, records.changes, now)],
    )


def process_late_records(
    stores: StreamStores, customer_id: str, records: UsageRecords, now: datetime
) -> None:
    """As `process_records`, for records after which others of the customer were processed.

    The hours of the events are recounted from all their stored events: counting skips an event whose number
    is lower than that of the last one counted. For changes of counters the order does not matter
    (docs/decisions/0018).
    """

    def recount(meter: Meter, events: Sequence[NumberedEvent]) -> None:
        for hour in sorted({event.hour for event, _ in events if meter.counts(event)}):
            recount_hour(stores.counting, customer_id, meter, hour, now)

    _run_steps(
        records,
        [*_event_steps(stores, records, recount), *_change_steps(stores, customer_id, records.changes, now)],
    )


def _run_steps(records: UsageRecords, steps: Iterable[Step]) -> None:
    """Raises the errors of all steps, and of all records that could not be read, in an ExceptionGroup."""
    failures = [*records.unreadable, *collect_failures(steps)]
    if failures:
        raise ExceptionGroup("usage of some features failed", failures)


def _event_steps(
    stores: StreamStores,
    records: UsageRecords,
    process: Callable[[Meter, Sequence[NumberedEvent]], None],
) -> Iterator[Step]:
    """A step for each feature that counts any of the events."""
    by_name: dict[str, list[NumberedEvent]] = defaultdict(list)
    for event, number in records.events:
        by_name[event.name].append((event, number))
    for name, named in by_name.items():
        for meter in stores.find_meters(name):
            yield partial(process, meter, named)


def _change_steps(
    stores: StreamStores, customer_id: str, changes: Sequence[CounterChange], now: datetime
) -> Iterator[Step]:
    """A step for each counter that changed."""
    by_feature: dict[str, list[CounterChange]] = defaultdict(list)
    for change in changes:
        by_feature[change.new.feature].append(change)
    if not by_feature:
        return
    snapshot = stores.counting.checks.read_for_check(customer_id, consistent=True).snapshot
    for found in by_feature.values():
        yield partial(_follow_changes, stores, found, snapshot, now)


def _follow_changes(
    stores: StreamStores, changes: Sequence[CounterChange], snapshot: Snapshot | None, now: datetime
) -> None:
    """Records what follows from the changes of one counter, and has it settled again where it has to be.

    A counter that was settled while entitlements changed may have the windows of the earlier ones.
    """
    buckets = stores.counting.buckets
    counter = changes[-1].new
    record_changes(buckets, counter.key, changes, now)
    reopen_split_hours(buckets, counter.key, changes, now)
    expire_windows(stores.counting.counters, counter, snapshot)
    record_ended_windows(stores.ended_windows, snapshot, changes)
    raise_alerts(stores.alerts, snapshot, changes, now)
