"""Moving the subscribers of a plan to its new version, chunk by chunk.

The migration's item says how far the migration is, and each chunk updates that item once. A message that is
redelivered, late or retried after a crash therefore continues with the next chunk.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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
from parity.entitlements.service.recompute import next_snapshot
from parity.subscriptions.rules.migration import migrate_subscription
from parity.subscriptions.service.writes import find_subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.migrations import MigrationStore
    from parity.catalog.store.plans import PlanStore
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.store.subscriptions import SubscriptionPlace, SubscriptionStore

CHUNK = 100
"""Subscribers that one message moves."""

WORKERS = 8


@dataclass(frozen=True, slots=True)
class MigrationStores:
    """The stores that migrating subscribers needs."""

    migrations: MigrationStore
    subscriptions: SubscriptionStore
    entitlements: EntitlementStore
    plans: PlanStore


def migrate_chunk(stores: MigrationStores, plan: str, version: int, now: datetime) -> Migration:
    """Moves the next subscribers to a version of their plan, and returns the migration afterwards.

    The first chunk counts all subscribers before it moves any. If another worker updated the migration in the
    meantime, returns what that worker wrote.
    """
    migration = stores.migrations.get(plan, version)
    if migration.status is MigrationStatus.COMPLETED:
        return migration
    try:
        if migration.total is None:
            counted = with_total(migration, _count_subscribers(stores.subscriptions, migration), now)
            stores.migrations.replace(migration, counted)
            migration = counted
        return _migrate_next(stores, stores.plans.get_version(plan, version), migration, now)
    except VersionChangedError:
        return stores.migrations.get(plan, version)


def _count_subscribers(subscriptions: SubscriptionStore, migration: Migration) -> int:
    """The live subscriptions to all older versions."""
    versions = range(1, migration.version)
    return sum(subscriptions.count_subscribers(migration.plan, version) for version in versions)


def _migrate_next(
    stores: MigrationStores, version: PlanVersion, migration: Migration, now: datetime
) -> Migration:
    places, position = stores.subscriptions.subscribers(
        migration.plan, migration.source, migration.position, CHUNK
    )
    migrate = partial(_migrate_customer, stores, version, migration, now)
    with ThreadPoolExecutor(WORKERS) as workers:
        failures = [each for found in workers.map(migrate, _by_customer(places)) for each in found]
    new = with_progress(migration, position, len(places) - len(failures), failures, now)
    stores.migrations.replace(migration, new)
    return new


def _by_customer(places: Iterable[SubscriptionPlace]) -> Iterable[list[SubscriptionPlace]]:
    """Those of one customer together, as they all change the customer's snapshot."""
    found: dict[str, list[SubscriptionPlace]] = defaultdict(list)
    for place in places:
        found[place.customer_id].append(place)
    return found.values()


def _migrate_customer(
    stores: MigrationStores,
    version: PlanVersion,
    migration: Migration,
    now: datetime,
    places: Iterable[SubscriptionPlace],
) -> list[MigrationFailure]:
    """Migrates subscriptions of one customer, and returns why some could not be migrated.

    Reads the customer once, and again if a write fails because somebody else wrote in between.
    """
    known: Holdings | None = None

    def attempt(place: SubscriptionPlace) -> None:
        nonlocal known
        holdings, known = known or stores.entitlements.holdings(place.customer_id), None
        old = find_subscription(stores.subscriptions, holdings, place)
        new = migrate_subscription(old, version, migration, now)
        if new is not old:
            holdings = holdings.with_subscription(new)
            snapshot = next_snapshot(holdings, now)
            stores.subscriptions.replace(old, new, snapshot=snapshot)
            holdings = replace(holdings, snapshot=snapshot or holdings.snapshot)
        known = holdings

    failures = []
    for place in places:
        try:
            retry(partial(attempt, place))
        except (ValueError, VersionConflictError) as error:
            failures.append(MigrationFailure(place.subscription_id, str(error)))
    return failures


def resume_running(migrations: MigrationStore, send: Callable[[str, int], None]) -> int:
    """Sends a message for every running migration, in case its own message was lost. Returns how many."""
    running = migrations.all_running()
    for plan, version in running:
        send(plan, version)
    return len(running)
