"""Moving the subscribers of a plan, and changes to come to it, to its new version, chunk by chunk.

The subscribers are divided into segments, which are moved at the same time. The item of a segment says how
far it is, and each chunk updates that item once. A message names the progress that it expects. So one that
is redelivered, or late, or has been overtaken changes nothing (docs/decisions/0074).
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.migrations import ChunkStart, MigrationFailure, with_progress, with_total
from parity.core.actors import keep_actor
from parity.core.errors import BusyError, VersionConflictError
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.entitlements.rules.errors import EntitlementsTooLargeError
from parity.entitlements.service.recompute import next_larger_snapshot
from parity.subscriptions.rules.migration import migrate_changes_to_come, migrate_subscription
from parity.subscriptions.rules.subscriptions import advance_subscription
from parity.subscriptions.service.writes import find_subscription, history_of
from parity.subscriptions.store.subscribers import SubscriberSegment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.catalog.rules.migrations import MigrationScope, MigrationSegment
    from parity.catalog.rules.plans import PlanVersion
    from parity.catalog.store.migrations import MigrationStore
    from parity.catalog.store.plans import PlanStore
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.migration_queue import ChunkRequest
    from parity.subscriptions.store.subscribers import Subscriber, SubscriberIndex
    from parity.subscriptions.store.subscriptions import SubscriptionStore

CHUNK = 100
"""Subscribers, and as many changes to come, that one message moves."""

WORKERS = 8

ATTEMPTS = 20
"""Of one subscriber whose customer is changed by others all the time. All of them take some four seconds."""

BUSY_ATTEMPTS = 6
"""Of one subscriber when transactions keep colliding, or DynamoDB throttles."""


@dataclass(frozen=True, slots=True)
class MigrationStores:
    """The stores that migrating subscribers needs."""

    migrations: MigrationStore
    subscribers: SubscriberIndex
    subscriptions: SubscriptionStore
    entitlements: EntitlementStore
    plans: PlanStore


def migrate_chunk(stores: MigrationStores, request: ChunkRequest, now: datetime) -> MigrationSegment | None:
    """Moves the next subscribers of a segment to a version of their plan, and returns the segment after that.

    The first chunk counts all of the segment before it moves any. Returns None if the request is stale, or if
    another run has updated the segment meanwhile. Raises MigrationNotFoundError.
    """
    segment = stores.migrations.get_segment(request.plan, request.version, request.segment)
    if segment.progress != request.progress or not segment.is_running:
        return None
    try:
        if segment.total is None:
            counted = _with_counts(stores.subscribers, segment, now)
            stores.migrations.replace(segment, counted)
            segment = counted
        return _migrate_next(stores, segment, now)
    except VersionChangedError:
        return None


def _with_counts(index: SubscriberIndex, segment: MigrationSegment, now: datetime) -> MigrationSegment:
    """The segment with the number of live subscriptions and changes to come of all older versions."""
    versions = range(1, segment.version)
    counts = [index.count(_subscribers_of(segment, version)) for version in versions]
    to_come, live = (sum(numbers) for numbers in zip(*counts, strict=True))
    return with_total(segment, to_come, live, now)


def _subscribers_of(segment: MigrationSegment, version: int) -> SubscriberSegment:
    return SubscriberSegment(segment.plan, version, segment.name)


def _migrate_next(stores: MigrationStores, segment: MigrationSegment, now: datetime) -> MigrationSegment:
    version = stores.plans.get_version(segment.plan, segment.version)
    subscribers, following = _find_next(stores.subscribers, segment)
    migrate = keep_actor(partial(_migrate_customer, stores, version, segment.scope, now))
    with ThreadPoolExecutor(WORKERS) as workers:
        failures = [each for found in workers.map(migrate, _by_customer(subscribers)) for each in found]
    done = len(subscribers) - len(failures)
    new = with_progress(segment, following, done, failures, now)
    stores.migrations.replace(segment, new)
    return new


def _find_next(index: SubscriberIndex, segment: MigrationSegment) -> tuple[list[Subscriber], ChunkStart]:
    """The next subscribers, those of newer versions first, and where those after them begin."""
    source, position = segment.source, segment.position
    found: list[Subscriber] = []
    while source and len(found) < CHUNK:
        page, position = index.list_page(_subscribers_of(segment, source), position, CHUNK)
        found += page
        if position is None:
            source -= 1
    return found, ChunkStart(source, position)


def _by_customer(subscribers: Iterable[Subscriber]) -> Iterable[list[Subscriber]]:
    """Those of one customer together, as they all change the customer's snapshot."""
    found: dict[str, list[Subscriber]] = defaultdict(list)
    for subscriber in subscribers:
        found[subscriber.place.customer_id].append(subscriber)
    return found.values()


def _migrate_customer(
    stores: MigrationStores,
    version: PlanVersion,
    scope: MigrationScope,
    now: datetime,
    subscribers: Iterable[Subscriber],
) -> list[MigrationFailure]:
    """Migrates subscriptions, and changes to come, of one customer.

    Returns why some could not be migrated. Reads the customer once, and again if a write fails because
    somebody else wrote in between. Raises BusyError if DynamoDB stays busy: that is no subscriber's fault.
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
        new = _migrate(subscriber, old, version, scope, now) if advanced.is_live else old
        if new is not old:
            holdings = holdings.with_subscription(new)
            snapshot = next_larger_snapshot(holdings, now)
            stores.subscriptions.replace(old, new, snapshot=snapshot)
            holdings = replace(holdings, snapshot=snapshot or holdings.snapshot)
        known = holdings

    def move(subscriber: Subscriber) -> None:
        retry(partial(attempt, subscriber), attempts=ATTEMPTS)

    failures = []
    for subscriber in subscribers:
        try:
            retry(partial(move, subscriber), after=(BusyError,), attempts=BUSY_ATTEMPTS, exhausted=BusyError)
        except (ValueError, VersionConflictError, EntitlementsTooLargeError) as error:
            detail = f"its change to come: {error}" if subscriber.is_to_come else str(error)
            failures.append(MigrationFailure(subscriber.place.subscription_id, detail))
    return failures


def _migrate(
    subscriber: Subscriber, old: Subscription, version: PlanVersion, scope: MigrationScope, now: datetime
) -> Subscription:
    """The same object if there is nothing to migrate. Raises ValueError.

    A change that has taken effect since the index was read has made the subscription a subscriber.
    """
    new = migrate_changes_to_come(old, version, scope, now) if subscriber.is_to_come else old
    return new if new is not old else migrate_subscription(old, version, scope, now)


def resume_running(
    migrations: MigrationStore, send: Callable[[Iterable[MigrationSegment]], None]
) -> dict[str, int]:
    """Asks for the next chunk of every running segment, in case its message was lost. Returns how many."""
    running = [
        segment
        for plan, version in migrations.all_running()
        for segment in migrations.get(plan, version).running
    ]
    send(running)
    return {"resumed": len(running)}
