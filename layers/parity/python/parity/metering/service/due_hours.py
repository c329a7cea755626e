"""Closing the hours of usage that are due, and rolling up the days that are due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.due_work import Task
from parity.metering.service.closing import close_hour
from parity.metering.service.recount import recount_counter
from parity.metering.service.rollups import roll_up_day
from parity.metering.store.buckets import due_bucket_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.dynamodb.due_index import DueEntry
    from parity.dynamodb.due_work import Group
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.service.counters import CountingStores
    from parity.metering.store.buckets import DueBucket


def plan_closing(
    stores: CountingStores,
    get_feature: Callable[[str], Feature],
    entries: Sequence[DueEntry],
    now: datetime,
) -> Iterator[Group]:
    """What is due of one customer and feature is done together: hours, then days, then their counter.

    A closed hour that was counted wrong, and a counter that differs from its hours, are counted as drift.
    """
    for key, group in _group_by_key(entries).items():
        yield list(_Closing(stores, get_feature, key, now).plan(group))


def _group_by_key(entries: Sequence[DueEntry]) -> dict[UsageKey, list[tuple[DueEntry, DueBucket]]]:
    """The hours and days that are due, by key: hours before days, earlier ones before later ones."""
    due = [(entry, due_bucket_of(entry.key)) for entry in entries]
    found: dict[UsageKey, list[tuple[DueEntry, DueBucket]]] = defaultdict(list)
    for entry, bucket in sorted(due, key=lambda each: (each[1].is_day, each[1].start)):
        found[bucket.key].append((entry, bucket))
    return found


@dataclass(slots=True)
class _Closing:
    """What is due of one customer and feature."""

    stores: CountingStores
    get_feature: Callable[[str], Feature]
    key: UsageKey
    now: datetime
    is_counter_behind: bool = False

    def plan(self, group: Sequence[tuple[DueEntry, DueBucket]]) -> Iterator[Task]:
        """The counter is recounted once, in the end, after a day or where an hour says so."""
        ids = {"customerId": self.key.customer_id, "featureId": self.key.feature}
        for entry, bucket in group:
            step = self._roll_up_day if bucket.is_day else self._close_hour
            yield Task(entry, ids, partial(step, bucket.start))
        yield Task(None, ids, self._recount_counter)

    def _close_hour(self, hour: datetime) -> dict[str, int]:
        feature = self.get_feature(self.key.feature)
        closed = close_hour(self.stores, self.key.customer_id, feature, hour, self.now)
        self.is_counter_behind = self.is_counter_behind or closed.is_counter_behind
        return {"closed": 1, "drifted": closed.drifted}

    def _roll_up_day(self, day: datetime) -> dict[str, int]:
        self.is_counter_behind = roll_up_day(self.stores.buckets, self.key, day) or self.is_counter_behind
        return {}

    def _recount_counter(self) -> dict[str, int]:
        if not self.is_counter_behind:
            return {}
        feature = self.get_feature(self.key.feature)
        return {"drifted": recount_counter(self.stores, self.key.customer_id, feature, self.now)}
