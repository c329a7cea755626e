"""Closing the hours of usage that are due, and rolling up the days that are due."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING

from parity.dynamodb.keys import DUE_SHARDS
from parity.metering.service.closing import close_hour
from parity.metering.service.recount import recount_counter
from parity.metering.service.rollups import roll_up_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.dynamodb.items import Item
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.service.counters import CountingStores
    from parity.metering.store.buckets import DueBucket

    OnFailure = Callable[[UsageKey, Exception], None]

PAGE_SIZE = 200
WORKERS = 8


@dataclass(frozen=True, slots=True)
class AggregationReport:
    """How many hours were closed, and how many quarter hours and windows had been counted wrong (`drifted`).

    `failed` counts the hours, days and counters that raised an error; all others were processed. `complete`
    is False if the time ran out before all were processed.
    """

    closed: int = 0
    drifted: int = 0
    failed: int = 0
    complete: bool = True

    def __add__(self, other: AggregationReport) -> AggregationReport:
        return AggregationReport(
            self.closed + other.closed,
            self.drifted + other.drifted,
            self.failed + other.failed,
            self.complete and other.complete,
        )


UNFINISHED = AggregationReport(complete=False)


def close_due_hours(
    stores: CountingStores,
    features: FeatureStore,
    now: datetime,
    out_of_time: Callable[[], bool],
    on_failure: OnFailure,
) -> AggregationReport:
    """Closes the hours that are due and rolls up the days that are due.

    Safe to run twice at once, late, or again after a run that died. Whatever fails is passed to `on_failure`,
    stays due, and does not keep the others waiting.
    """
    run = _Run(stores, features, now, out_of_time, on_failure)
    with ThreadPoolExecutor(WORKERS) as workers:
        return sum(workers.map(partial(_process_shard, run), range(DUE_SHARDS)), AggregationReport())


def _process_shard(run: _Run, shard: int) -> AggregationReport:
    report = AggregationReport()
    position: Item | None = None
    while not run.out_of_time():
        due_buckets, position = run.stores.buckets.due(shard, run.now, position, PAGE_SIZE)
        report = sum(starmap(run.process_buckets, _by_key(due_buckets).items()), report)
        if position is None:
            return report
    return report + UNFINISHED


def _by_key(due_buckets: Iterable[DueBucket]) -> dict[UsageKey, list[DueBucket]]:
    """The hours and days that are due, by key: hours before days, earlier ones before later ones."""
    found: dict[UsageKey, list[DueBucket]] = defaultdict(list)
    for due in sorted(due_buckets, key=lambda each: (each.is_day, each.start)):
        found[due.key].append(due)
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of `close_due_hours`."""

    stores: CountingStores
    features: FeatureStore
    now: datetime
    out_of_time: Callable[[], bool]
    on_failure: OnFailure

    def process_buckets(self, key: UsageKey, due_buckets: Sequence[DueBucket]) -> AggregationReport:
        """The counter is recounted once, after the hours."""
        if self.out_of_time():
            return UNFINISHED
        hours = [partial(self._close_hour, due) for due in due_buckets if not due.is_day]
        days = [partial(self._roll_up_day, due) for due in due_buckets if due.is_day]
        counter = [partial(self._recount_counter, key)] if hours else []
        return sum((self._attempt(step, key) for step in (*hours, *counter, *days)), AggregationReport())

    def _close_hour(self, due: DueBucket) -> AggregationReport:
        customer_id, feature = due.key.customer_id, self.features.get(due.key.feature)
        drifted = close_hour(self.stores, customer_id, feature, due.start, self.now)
        return AggregationReport(closed=1, drifted=drifted)

    def _recount_counter(self, key: UsageKey) -> AggregationReport:
        feature = self.features.get(key.feature)
        drifted = recount_counter(self.stores, key.customer_id, feature, self.now)
        return AggregationReport(drifted=drifted)

    def _roll_up_day(self, due: DueBucket) -> AggregationReport:
        roll_up_day(self.stores.buckets, due.key, due.start)
        return AggregationReport()

    def _attempt(self, step: Callable[[], AggregationReport], key: UsageKey) -> AggregationReport:
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - the others are due, too
            self.on_failure(key, error)
            return AggregationReport(failed=1)
