"""Moving the subscribers of a plan, and changes to come to it, to its new version, chunk by chunk.

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
from parity.entitlements.rules.errors import EntitlementsTooLargeError
from parity.entitlements.service.recompute import next_larger_snapshot
from parity.subscriptions.rules.migration import migrate_changes_to_come, migrate_subscription
from parity.subscriptions.rules.subscriptions import advance_subscription
from parity.subscriptions.service.writes import find_subscription, history_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.migrations import MigrationStore
    from parity.catalog.store.plans import PlanStore
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.store.subscriptions import Subscriber, SubscriptionStore

CHUNK = 100
"""Subscribers and changes to come that one message moves."""

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
    migrate = partial(_migrate_customer, stores, version, migration, now)
    with ThreadPoolExecutor(WORKERS) as workers:
        failures = [each for found in workers.map(migrate, _by_customer(subscribers)) for each in found]
    new = with_progress(migration, position, len(subscribers) - len(failures), failures, now)
    stores.migrations.replace(migration, new)
    return new


def _by_customer(subscribers: Iterable[Subscriber]) -> Iterable[list[Subscriber]]:
    """Those of one customer together, as they all change the customer's snapshot."""
    found: dict[str, list[Subscriber]] = defaultdict(list)
    for subscriber in subscribers:
        found[subscriber.place.customer_id].append(subscriber)
    return found.values()


def _migrate_customer(
    stores: MigrationStores,
    version: PlanVersion,
    migration: Migration,
    now: datetime,
    subscribers: Iterable[Subscriber],
) -> list[MigrationFailure]:
    """Migrates subscriptions, and changes to come, of one customer.

    Returns why some could not be migrated. Reads the customer once, and again if a write fails because
    somebody else wrote in between.
    """
    known: Holdings | None = None

    def attempt(subscriber: Subscriber) -> None:
        nonlocal known
        place = subscriber.place
        holdings, known = known or stores.entitlements.holdings(place.customer_id), None
        old = find_subscription(stores.subscriptions, holdings, place)
        advanced = advance_subscription(old, now)
        if advanced.terms != old.terms:
            stores.subscriptions.replace(old, advanced, history=history_of(old, advanced))
            raise VersionChangedError  # it may have another plan by now: read again
        migrate = migrate_changes_to_come if subscriber.is_to_come else migrate_subscription
        new = migrate(old, version, migration, now) if advanced.is_live else old
        if new is not old:
            holdings = holdings.with_subscription(new)
            snapshot = next_larger_snapshot(holdings, now)
            stores.subscriptions.replace(old, new, snapshot=snapshot)
            holdings = replace(holdings, snapshot=snapshot or holdings.snapshot)
        known = holdings

    failures = []
    for subscriber in subscribers:
        try:
            retry(partial(attempt, subscriber))
        except (ValueError, VersionConflictError, EntitlementsTooLargeError) as error:
            detail = f"its change to come: {error}" if subscriber.is_to_come else str(error)
            failures.append(MigrationFailure(subscriber.place.subscription_id, detail))
    return failures


def resume_running(migrations: MigrationStore, send: Callable[[str, int], None]) -> int:
    """Sends a message for every running migration, in case its own message was lost. Returns how many."""
    running = migrations.all_running()
    for plan, version in running:
        send(plan, version)
    return len(running)
