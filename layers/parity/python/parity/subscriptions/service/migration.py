"""Moving the subscribers of a plan to its new version, chunk by chunk.

How far a migration is stands in its item, and each chunk moves that item on once, whoever does the chunk and
however often: a message that comes twice, late, or after a crash finds out and does what is next.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.migrations import (
    Migration,
    MigrationFailure,
    MigrationStatus,
    with_progress,
    with_total,
)
from parity.core.errors import VersionConflictError
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.subscriptions.rules.migration import migrate_subscription

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.migrations import MigrationStore
    from parity.catalog.store.plans import PlanStore
    from parity.subscriptions.store.subscriptions import SubscriptionPlace, SubscriptionStore

CHUNK = 100
WORKERS = 8


def migrate_chunk(
    migrations: MigrationStore,
    subscriptions: SubscriptionStore,
    plans: PlanStore,
    of: tuple[str, int],
    now: datetime,
) -> Migration:
    """Moves the next subscribers and the migration's progress; counts them first.

    Returns it as it is then. Where another one was faster, as that one left it.
    """
    migration = migrations.get(*of)
    if migration.status is MigrationStatus.COMPLETED:
        return migration
    try:
        if migration.total is None:
            counting = with_total(migration, _total(subscriptions, migration), now)
            migrations.replace(migration, counting)
            migration = counting
        return _next_chunk(migrations, subscriptions, plans.get_version(*of), migration, now)
    except VersionChangedError:
        return migrations.get(*of)


def _total(subscriptions: SubscriptionStore, migration: Migration) -> int:
    versions = range(1, migration.version)
    return sum(subscriptions.count_subscribers(migration.plan, version) for version in versions)


def _next_chunk(
    migrations: MigrationStore,
    subscriptions: SubscriptionStore,
    version: PlanVersion,
    migration: Migration,
    now: datetime,
) -> Migration:
    places, position = subscriptions.subscribers(migration.plan, migration.source, migration.position, CHUNK)
    with ThreadPoolExecutor(WORKERS) as workers:
        outcomes = list(workers.map(partial(_migrate_one, subscriptions, version, migration, now), places))
    failures = [outcome for outcome in outcomes if outcome]
    new = with_progress(migration, position, len(places) - len(failures), failures, now)
    migrations.replace(migration, new)
    return new


def _migrate_one(
    subscriptions: SubscriptionStore,
    version: PlanVersion,
    migration: Migration,
    now: datetime,
    place: SubscriptionPlace,
) -> MigrationFailure | None:
    """None if the subscription is on the new version, or needs not be. Anything else is told, not raised."""

    def attempt() -> None:
        old = subscriptions.get(place.customer_id, place.subscription_id)
        new = migrate_subscription(old, version, migration, now)
        if new is not old:
            subscriptions.replace(old, new)

    try:
        retry(attempt)
    except (ValueError, VersionConflictError) as error:
        return MigrationFailure(place.subscription_id, str(error))
    return None


def resume_all(migrations: MigrationStore, send: Callable[[str, int], None]) -> int:
    """Asks every running migration to go on: for those whose message was never sent, or was lost."""
    running = migrations.all_running()
    for plan, version in running:
        send(plan, version)
    return len(running)
