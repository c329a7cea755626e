"""The scheduled function that closes hours of usage."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from parity.dynamodb.due_work import DueWork
from parity.metering.service.due_hours import plan_closing
from parity.metering.store import keys

if TYPE_CHECKING:
    from parity.catalog.store.features import FeatureStore
    from parity.metering.service.counters import CountingStores


def closing_work(stores: CountingStores, features: FeatureStore) -> DueWork:
    """Of one turn, which reads each feature once.

    `drifted` is how many quarter hours and windows had been counted wrong.
    """
    return DueWork(
        name="Aggregation",
        table=stores.buckets.table,
        queue="DUE_HOURS_QUEUE_URL",
        partition=keys.due_hours_partition,
        plan=partial(plan_closing, stores, cache(features.get)),
        metrics={"closed": "HoursClosed", "drifted": "UsageDrift"},
    )
