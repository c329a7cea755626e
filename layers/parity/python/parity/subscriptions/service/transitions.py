"""The transitions of all subscriptions that are due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.keys import DUE_SHARDS
from parity.dynamodb.optimistic import VersionChangedError
from parity.subscriptions.rules.subscriptions import advance_subscription
from parity.subscriptions.service.writes import history_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.subscriptions.store.subscriptions import SubscriptionPlace, SubscriptionStore

PAGE_SIZE = 100
WORKERS = 8


@dataclass(frozen=True, slots=True)
class AdvanceReport:
    """How many subscriptions were advanced, how many failed, and whether all that were due were looked at."""

    advanced: int
    failed: int
    complete: bool


def advance_due(
    store: SubscriptionStore,
    now: datetime,
    out_of_time: Callable[[], bool],
    on_failure: Callable[[SubscriptionPlace, Exception], None],
) -> AdvanceReport:
    """Advances the subscriptions that are due, the longest overdue of each shard first, until time is up.

    Runs may overlap, be late or be repeated. A subscription that fails stays due, and does not affect the
    others.
    """
    with ThreadPoolExecutor(WORKERS) as workers:
        work = partial(_advance_shard, store, now, out_of_time, on_failure)
        reports = list(workers.map(work, range(DUE_SHARDS)))
    return AdvanceReport(
        advanced=sum(report.advanced for report in reports),
        failed=sum(report.failed for report in reports),
        complete=all(report.complete for report in reports),
    )


def _advance_shard(
    store: SubscriptionStore,
    now: datetime,
    out_of_time: Callable[[], bool],
    on_failure: Callable[[SubscriptionPlace, Exception], None],
    shard: int,
) -> AdvanceReport:
    advanced_count = failed = 0
    position: str | None = None
    while not out_of_time():
        places, position = store.due(shard, now, position, PAGE_SIZE)
        for place in places:
            try:
                advanced_count += advance_stored(store, place, now)
            except Exception as error:  # noqa: BLE001 - the others are due, too
                on_failure(place, error)
                failed += 1
        if position is None:
            return AdvanceReport(advanced_count, failed, complete=True)
    return AdvanceReport(advanced_count, failed, complete=False)


def advance_stored(store: SubscriptionStore, place: SubscriptionPlace, now: datetime) -> bool:
    """Applies all transitions that are due, and writes the result.

    False if none was due, or if somebody else wrote the subscription in the meantime.
    """
    old = store.get(place.customer_id, place.subscription_id)
    new = advance_subscription(old, now)
    if new is old:
        return False
    try:
        store.replace(old, new, history=history_of(old, new))
    except VersionChangedError:
        return False
    return True
