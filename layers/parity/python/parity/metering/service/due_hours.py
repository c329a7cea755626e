"""What time does to usage: hours that are over are closed, days are rolled up."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.keys import DUE_SHARDS
from parity.metering.service.closing import close_hour, mend_counter, roll_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.dynamodb.items import Item
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.service.counting import CountingStores
    from parity.metering.store.buckets import BucketPlace

    OnFailure = Callable[[UsageKey, Exception], None]

PAGE_SIZE = 200
WORKERS = 8


@dataclass(frozen=True, slots=True)
class AggregationReport:
    """How many hours were closed, and how many quarter hours of them and windows were wrong before.

    `failed` is what could not be done, or could not count everything; `complete` whether all was looked at.
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


def close_due(
    stores: CountingStores,
    features: FeatureStore,
    now: datetime,
    out_of_time: Callable[[], bool],
    on_failure: OnFailure,
) -> AggregationReport:
    """Closes the hours that are due and rolls up days.

    Safe to run twice at once, late, or again after it died anywhere. What cannot be done stays due and does
    not keep the others waiting.
    """
    run = _Run(stores, features, now, out_of_time, on_failure)
    with ThreadPoolExecutor(WORKERS) as workers:
        return sum(workers.map(partial(_close_shard, run), range(DUE_SHARDS)), AggregationReport())


def _close_shard(run: _Run, shard: int) -> AggregationReport:
    report = AggregationReport()
    position: Item | None = None
    while not run.out_of_time():
        places, position = run.stores.buckets.due(shard, run.now, position, PAGE_SIZE)
        report = sum(map(run.work_off, _by_key(places)), report)
        if position is None:
            return report
    return report + UNFINISHED


def _by_key(places: Iterable[BucketPlace]) -> list[list[BucketPlace]]:
    """Of one customer and feature each, the hours before the days, and the earlier before the later."""
    accounts: dict[UsageKey, list[BucketPlace]] = defaultdict(list)
    for place in sorted(places, key=lambda each: (each.is_day, each.start)):
        accounts[place.key].append(place)
    return list(accounts.values())


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of `close_due`."""

    stores: CountingStores
    features: FeatureStore
    now: datetime
    out_of_time: Callable[[], bool]
    on_failure: OnFailure

    def work_off(self, places: Sequence[BucketPlace]) -> AggregationReport:
        """What is due of one customer and feature; the counter is looked at once, after the hours."""
        if self.out_of_time():
            return UNFINISHED
        first = places[0]
        hours = [partial(self._close_hour, place) for place in places if not place.is_day]
        days = [partial(self._roll_up, place) for place in places if place.is_day]
        mend = [partial(self._mend, first)] if hours else []
        tried = (self._attempted(step, first) for step in (*hours, *mend, *days))
        return sum(tried, AggregationReport())

    def _close_hour(self, place: BucketPlace) -> AggregationReport:
        feature = self.features.get(place.key.feature)
        drifted = close_hour(self.stores, place.key.customer_id, feature, place.start, self.now)
        return AggregationReport(closed=1, drifted=drifted)

    def _mend(self, place: BucketPlace) -> AggregationReport:
        feature = self.features.get(place.key.feature)
        return AggregationReport(drifted=mend_counter(self.stores, place.key.customer_id, feature, self.now))

    def _roll_up(self, place: BucketPlace) -> AggregationReport:
        roll_up(self.stores.buckets, place.key, place.start)
        return AggregationReport()

    def _attempted(self, step: Callable[[], AggregationReport], place: BucketPlace) -> AggregationReport:
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - the others are due, too
            self.on_failure(place.key, error)
            return AggregationReport(failed=1)
