"""Moving the subscribers of a plan, and changes to come to it, to its new version, chunk by chunk.

The migration's item says how far the migration is, and each chunk updates that item once. A message that is
redelivered, late or retried after a crash therefore continues with the next chunk.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from parity.subscriptions.rules.migration import migrate_changes_to_come, migrate_subscription

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.migrations import MigrationStore
    from parity.catalog.store.plans import PlanStore
    from parity.subscriptions.store.subscriptions import Subscriber, SubscriptionStore

CHUNK = 100
"""Subscribers and changes to come that one message moves."""

WORKERS = 8


@dataclass(frozen=True, slots=True)
class MigrationStores:
    """The stores that migrating subscribers needs."""

    migrations: MigrationStore
    subscriptions: SubscriptionStore
    plans: PlanStore


def migrate_chunk(stores: MigrationStores, plan: str, version: int, now: datetime) -> Migration:
    """Moves the next subscribers to a version of their plan, and returns the migration afterwards.

    The first chunk counts them all before it moves any. If another worker updated the migration in the
    meantime, returns what that worker wrote.
    """
    migration = stores.migrations.get(plan, version)
    if migration.status is MigrationStatus.COMPLETED:
        return migration
    try:
        if migration.total is None:
            counted = _with_counts(stores.subscriptions, migration, now)
            stores.migrations.replace(migration, counted)
            migration = counted
        return _migrate_next(stores, stores.plans.get_version(plan, version), migration, now)
    except VersionChangedError:
        return stores.migrations.get(plan, version)


def _with_counts(store: SubscriptionStore, migration: Migration, now: datetime) -> Migration:
    """The migration with the number of live subscriptions and changes to come of all older versions."""
    versions = range(1, migration.version)
    total = sum(store.count_subscribers(migration.plan, version) for version in versions)
    to_come = sum(store.count_changes_to_come(migration.plan, version) for version in versions)
    return with_total(migration, total, to_come, now)


def _migrate_next(
    stores: MigrationStores, version: PlanVersion, migration: Migration, now: datetime
) -> Migration:
    subscribers, position = stores.subscriptions.subscribers(
        migration.plan, migration.source, migration.position, CHUNK
    )
    migrate = partial(_migrate_stored, stores.subscriptions, version, migration, now)
    with ThreadPoolExecutor(WORKERS) as workers:
        outcomes = list(workers.map(migrate, subscribers))
    failures = [outcome for outcome in outcomes if outcome]
    new = with_progress(migration, position, len(subscribers) - len(failures), failures, now)
    stores.migrations.replace(migration, new)
    return new


def _migrate_stored(
    subscriptions: SubscriptionStore,
    version: PlanVersion,
    migration: Migration,
    now: datetime,
    subscriber: Subscriber,
) -> MigrationFailure | None:
    """Migrates one subscription, or its changes to come.

    Returns why it could not be migrated, None if it was or need not be.
    """
    place = subscriber.place
    migrate = migrate_changes_to_come if subscriber.is_to_come else migrate_subscription

    def attempt() -> None:
        old = subscriptions.get(place.customer_id, place.subscription_id)
        new = migrate(old, version, migration, now)
        if new is not old:
            subscriptions.replace(old, new)

    try:
        retry(attempt)
    except (ValueError, VersionConflictError) as error:
        detail = f"its change to come: {error}" if subscriber.is_to_come else str(error)
        return MigrationFailure(place.subscription_id, detail)
    return None


def resume_running(migrations: MigrationStore, send: Callable[[str, int], None]) -> int:
    """Sends a message for every running migration, in case its own message was lost. Returns how many."""
    running = migrations.all_running()
    for plan, version in running:
        send(plan, version)
    return len(running)
