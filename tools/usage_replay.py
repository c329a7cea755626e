"""Replays dead-lettered batches of the counting function, and recounts days (docs/operations.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from parity.aws.failures import list_failures
from parity.catalog.rules.features import Feature
from parity.catalog.rules.meters import meter_of
from parity.core.periods import Period
from parity.core.times import now
from parity.customers.store import keys as customer_keys
from parity.dynamodb.stream_records import group_by_customer, partition_key
from parity.entitlements.store import keys as entitlement_keys
from parity.metering.rules.buckets import DAY, HOUR
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.counters import CountingStores
from parity.metering.service.recount import recount_hour
from parity.metering.store import keys as metering_keys
from parity.usage.api.stream import read_usage_records
from parity.usage.service.stream import StreamStores, UsageRecords, process_records
from tools.failed_batches import FailedBatches, FailureQueue, Record

WORKERS = 8
GONE = """\
Its records are gone: a stream keeps them for 24 hours. The events themselves are kept for longer: count the
usage of some customers again with ARGS='--customer acme --from 2026-11-01 --to 2026-11-03', or of all of them
with ARGS='--all --from 2026-11-01'. Then purge the queue UsageFailures."""

Hours = Mapping[str, set[datetime]]
"""By feature."""


class TooOldError(Exception):
    """Events of a day may have been deleted already. A recount would lose their usage."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many hours were recounted, how many were wrong, and how many counter changes were recorded."""

    hours: int = 0
    wrong: int = 0
    changes: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.hours + other.hours, self.wrong + other.wrong, self.changes + other.changes)


@dataclass
class UsageReplay:
    """Replays usage. `features` are all features of the organisation."""

    stores: StreamStores
    features: Iterable[Feature]
    say: Callable[[str], None]
    failed: int = 0
    """How many customers and batches could not be replayed."""

    counted: tuple[Feature, ...] = field(init=False)
    """The features that are counted from events."""

    def __post_init__(self) -> None:
        self.counted = tuple(feature for feature in self.features if feature.meter)

    def replay_batches(self, failures: FailureQueue, streams: Any) -> None:  # noqa: ANN401 - a boto3 client
        """Counts the records of the queue's batches. A batch is deleted when all its customers succeeded."""
        unread = FailedBatches(failures, streams, self.say, GONE).process(self._count_batch)
        self.failed += unread

    def recount_days(self, customer_ids: Iterable[str], first: date, last: date) -> bool:
        """Recounts whole days in UTC, the last one included, and returns whether all customers succeeded.

        Raises TooOldError if raw events of the days may have expired.
        """
        period = Period(_midnight(first), _midnight(last) + DAY)
        self._check_age(period)
        return self._each(customer_ids, partial(self._count_days, period))

    def _count_batch(self, records: Iterable[Record]) -> bool:
        found = group_by_customer(filter(_is_of_usage, records))
        return self._each(
            found,
            lambda customer_id: self._count_records(customer_id, read_usage_records(found[customer_id])),
        )

    def _each(self, customer_ids: Iterable[str], work: Callable[[str], Outcome]) -> bool:
        with ThreadPoolExecutor(WORKERS) as workers:
            outcomes = list(workers.map(partial(self._attempt, work), customer_ids))
        done = sum(filter(None, outcomes), Outcome())
        failed = outcomes.count(None)
        self.failed += failed
        self.say(
            f"{len(outcomes)} customers: {done.hours} hours counted again, {done.wrong} of them corrected, "
            f"{done.changes} changes of counters recorded, {failed} failed."
        )
        return not failed

    def _attempt(self, work: Callable[[str], Outcome], customer_id: str) -> Outcome | None:
        """The outcome for one customer; None if it failed, which does not stop the others."""
        try:
            return work(customer_id)
        except Exception as error:  # noqa: BLE001
            for failure in list_failures(error):
                self.say(f"{customer_id}: {type(failure).__name__}: {failure}")
            return None

    def _count_records(self, customer_id: str, records: UsageRecords) -> Outcome:
        """Recounts the hours of the events: the stream's fence would skip them if later ones were counted."""
        process_records(self.stores, customer_id, UsageRecords(changes=records.changes), now())
        hours = self._hours_of(event for event, _ in records.events)
        return self._recount_hours(customer_id, hours) + Outcome(changes=len(records.changes))

    def _count_days(self, period: Period, customer_id: str) -> Outcome:
        events = _events_in(self.stores.counting, customer_id, period)
        hours = defaultdict(set, self._hours_of(events))
        for feature in self.counted:
            key = UsageKey(customer_id, feature.identifier)
            stored = self.stores.counting.buckets.hours_within(key, period)
            hours[feature.identifier] |= {bucket.hour for bucket in stored}
        return self._recount_hours(customer_id, hours)

    def _hours_of(self, events: Iterable[UsageEvent]) -> Hours:
        """The hours in which a meter counts an event, by feature."""
        meters = [meter_of(feature) for feature in self.counted]
        hours: dict[str, set[datetime]] = defaultdict(set)
        for event in events:
            for meter in meters:
                if meter.counts(event):
                    hours[meter.feature].add(event.hour)
        return hours

    def _recount_hours(self, customer_id: str, hours: Hours) -> Outcome:
        return sum((self._recount_feature(customer_id, each, hours) for each in self.counted), Outcome())

    def _recount_feature(self, customer_id: str, feature: Feature, hours: Hours) -> Outcome:
        meter, wanted = meter_of(feature), sorted(hours.get(feature.identifier, set()))
        wrong = [recount_hour(self.stores.counting, customer_id, meter, hour, now()) for hour in wanted]
        return Outcome(len(wrong), wrong.count(True))

    def _check_age(self, period: Period) -> None:
        retention = self.stores.counting.events.retention
        if period.start < now() - retention:
            raise TooOldError(
                f"Raw events are kept for {retention.days} days: some of {period.start:%Y-%m-%d} may be gone "
                "already, and what was counted of them would be lost. Nothing was done."
            )


def _is_of_usage(record: Record) -> bool:
    """Whether the filter of the counting function lets the record through (template.yaml)."""
    kind, partition = record["eventName"], partition_key(record)
    if metering_keys.is_events(partition):
        return bool(kind == "INSERT")
    sort_key: str = record["dynamodb"]["Keys"]["SK"]["S"]
    return (
        customer_keys.is_customer(partition)
        and sort_key.startswith(entitlement_keys.COUNTER)
        and kind != "REMOVE"
    )


def _events_in(stores: CountingStores, customer_id: str, period: Period) -> Iterator[UsageEvent]:
    """One Query for each hour."""
    hour = period.start
    while hour in period:
        yield from stores.events.of_hour(customer_id, hour)
        hour += HOUR


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
