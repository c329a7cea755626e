"""Reported usage where the counter has to be made ready first: the first report, and whenever windows turned.

Counters with several windows are always moved this way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.catalog.rules.features import FeatureType
from parity.catalog.rules.meters import aggregation_of
from parity.core.errors import BusyError
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.customers.rules.errors import CustomerIsArchivedError
from parity.customers.store.customers import require_active
from parity.dynamodb.optimistic import pause
from parity.entitlements.rules.errors import NotEntitledError
from parity.entitlements.rules.evaluation import DenialReason
from parity.entitlements.service.recompute import recompute
from parity.metering.rules.counters import next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import counter_for_check, fresh_counter, with_current_windows
from parity.metering.service.windows import with_entitled_windows
from parity.usage.rules.errors import (
    FeatureNotMeteredError,
    UsageCountedFromEventsError,
    UsageLimitExceededError,
    UsageTooLargeError,
)
from parity.usage.rules.reports import reported
from parity.usage.service.expired_reservations import release_expired_of
from parity.usage.service.limits import judged, room_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.core.errors import ParityError
    from parity.customers.store.customers import CustomerStore
    from parity.dynamodb.transactions import Transaction
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.store.buckets import BucketStore
    from parity.metering.store.counters import CounterStore
    from parity.usage.rules.reports import Report
    from parity.usage.service.limits import Task
    from parity.usage.store.counter_updates import Room
    from parity.usage.store.reports import Beside, UsageReportStore
    from parity.usage.store.reservations import ReservationStore

MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageStores:
    """What counting reported usage may take."""

    reports: UsageReportStore
    counters: CounterStore
    buckets: BucketStore
    entitlements: EntitlementStore
    customers: CustomerStore
    features: FeatureStore
    reservations: ReservationStore


@dataclass(frozen=True, slots=True)
class Prepared:
    """A counter as it is stored, and with the windows of a moment, which is not before its last change."""

    stored: UsageCounter | None
    counter: UsageCounter
    snapshot: Snapshot | None
    at: datetime

    @property
    def is_ready(self) -> bool:
        """Whether an update without a read would do."""
        return self.counter is self.stored and len(self.counter.windows) == 1

    @property
    def needs_active_customer(self) -> bool:
        return self.stored is None or self.stored.frozen


def metered_feature(stores: UsageStores, customer_id: str, feature: str) -> Feature:
    """A METER feature that usage of this customer may be counted of."""
    if stores.customers.get(customer_id).is_archived:
        raise CustomerIsArchivedError(customer_id)
    known = stores.features.get(feature)
    if known.feature_type is not FeatureType.METER:
        raise FeatureNotMeteredError(known.identifier)
    return known


def prepare(stores: UsageStores, customer_id: str, feature: Feature, now: datetime) -> Prepared:
    """Reads the counter, and makes it ready without writing it."""
    snapshot = _snapshot(stores.entitlements, customer_id, feature.identifier)
    key = UsageKey(customer_id, feature.identifier)
    stored = stores.counters.get(key)
    at = max(now, stored.at) if stored else now
    if stored is None:
        fresh = fresh_counter(key, aggregation_of(feature), snapshot, at)
        return Prepared(None, fresh, snapshot, at)
    counter = with_current_windows(with_entitled_windows(stores.buckets, stored, snapshot, at), snapshot, at)
    return Prepared(stored, replace(counter, frozen=False) if counter.frozen else counter, snapshot, at)


def _snapshot(store: EntitlementStore, customer_id: str, feature: str) -> Snapshot | None:
    """Without the feature it may be a moment behind a new subscription, so it is computed anew."""
    snapshot = store.read_for_check(customer_id, consistent=True).snapshot
    if snapshot and feature in snapshot.features:
        return snapshot
    recompute(store, customer_id)
    return store.read_for_check(customer_id, consistent=True).snapshot


def save_prepared(
    stores: UsageStores, prepared: Prepared, counter: UsageCounter, beside: Beside | None
) -> bool:
    """Writes what the prepared counter became; False if somebody else changed it meanwhile."""

    def together(transaction: Transaction) -> None:
        if beside:
            beside(transaction)
        if prepared.needs_active_customer:
            require_active(transaction, counter.customer_id)

    return stores.reports.save(next_version(counter, prepared.at), together)


def count_prepared(stores: UsageStores, task: Task) -> None:
    """As `usage_reports.count`, which comes here if the update does not find the counter as it has to be."""
    report = task.report
    feature = metered_feature(stores, report.customer_id, report.feature)
    if feature.meter:
        raise UsageCountedFromEventsError(feature.identifier)
    task = replace(task, report=replace(report, feature=feature.identifier))
    try:
        _count(stores, feature, task)
    except UsageLimitExceededError:
        if not release_expired_of(stores.reservations, report.customer_id, feature.identifier, task.at):
            raise
        _count(stores, feature, task)


def _count(stores: UsageStores, feature: Feature, task: Task) -> None:
    for attempt in range(MAX_ATTEMPTS):
        if _attempt(stores, feature, task):
            return
        pause(attempt + 1)
    raise BusyError


def _attempt(stores: UsageStores, feature: Feature, task: Task) -> bool:
    report = task.report
    prepared = prepare(stores, report.customer_id, feature, task.at)
    moved = _moved(prepared.counter, report)
    room = _room(prepared, report) if task.is_limited else None
    if prepared.is_ready:
        return stores.reports.apply(report, prepared.at, room, task.beside)
    return save_prepared(stores, prepared, moved, task.beside)


def _moved(counter: UsageCounter, report: Report) -> UsageCounter:
    moved = reported(counter, report.behaviour, report.value)
    if any(abs(int(window.used)) > MAX_EXACT_INTEGER for window in moved.windows):
        raise UsageTooLargeError(report.feature)
    return replace(moved, held=counter.held + report.held)


def _room(prepared: Prepared, report: Report) -> Room:
    """Raises NotEntitledError or UsageLimitExceededError if it does not fit."""
    windows = prepared.counter.windows
    if prepared.snapshot is None:
        raise NotEntitledError(report.feature, DenialReason.NO_ACTIVE_SUBSCRIPTION)
    counters = {(report.feature, window.kind): counter_for_check(window) for window in windows}
    entitlement = judged(prepared.snapshot, report, prepared.at, counters, prepared.counter.held)
    if not entitlement.has_access:
        raise _refusal(entitlement, counters)
    return room_in(entitlement, windows[0].kind, report)


def _refusal(entitlement: Entitlement, counters: Mapping[tuple[str, str], Counter]) -> ParityError:
    window, limit = entitlement.window, entitlement.value
    if entitlement.reason is not DenialReason.LIMIT_EXCEEDED or window is None or limit is None:
        return NotEntitledError(entitlement.feature, entitlement.reason or "")
    used = max(int(each.used) for each in counters.values() if each.window_start == window.start)
    return UsageLimitExceededError(entitlement.feature, limit, used, entitlement.held)
