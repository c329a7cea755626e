"""Setting up a counter: reading it, and settling it as of the moment, before usage is counted.

A feature's first report needs that, and the first report after a window has ended or a source began or ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.meters import aggregation_of
from parity.core.errors import BusyError
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.customers.rules.customers import check_active
from parity.customers.store.customers import require_active
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.entitlements.rules.errors import NotEntitledError
from parity.entitlements.rules.evaluation import DenialReason, FeatureCheck, evaluate
from parity.entitlements.store.snapshots import require_revision
from parity.metering.rules.counters import next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import new_counter, settle_counter, usage_of
from parity.usage.rules.errors import (
    FeatureNotMeteredError,
    UsageCountedFromEventsError,
    UsageLimitExceededError,
    UsageTooLargeError,
)
from parity.usage.rules.reports import apply_usage
from parity.usage.service.expired_reservations import release_expired_of
from parity.usage.service.limits import ceiling_for, evaluate_report

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.core.errors import ParityError
    from parity.core.numbers import Number
    from parity.customers.store.customers import CustomerStore
    from parity.dynamodb.transactions import Transaction
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.checks import CheckStore
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.store.counters import CounterStore
    from parity.usage.rules.reports import Report
    from parity.usage.service.limits import CountRequest
    from parity.usage.store.counter_updates import Ceiling
    from parity.usage.store.reports import AddWrites, UsageReportStore
    from parity.usage.store.reservations import ReservationStore

MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStores:
    """The stores that counting usage needs if the counter has to be set up first."""

    reports: UsageReportStore
    counters: CounterStore
    checks: CheckStore
    customers: CustomerStore
    features: FeatureStore
    reservations: ReservationStore


@dataclass(frozen=True, slots=True)
class CounterSetup:
    """A counter as it is stored, and the same counter with the windows of the moment `at`.

    `at` is not before the counter's last change, so that a clock that is behind does no harm.
    """

    stored: UsageCounter | None
    counter: UsageCounter
    snapshot: Snapshot | None
    at: datetime

    @property
    def is_updatable(self) -> bool:
        """Whether an update without a read can count: the stored counter has the windows of the moment."""
        return self.counter is self.stored

    @property
    def needs_active_customer(self) -> bool:
        """Whether a write must require an active customer, and the snapshot that was read.

        Archiving freezes the stored counters, and a change of the sources expires them. A counter that is
        new or frozen does not show whether that happened since it was read.
        """
        return self.stored is None or self.stored.frozen


def find_metered_feature(stores: SetupStores, customer_id: str, name: str) -> Feature:
    """The metered feature of that identifier or id, for a customer whose usage may be counted.

    Raises CustomerNotFoundError, CustomerIsArchivedError, CustomerIsErasedError, FeatureNotFoundError,
    FeatureNotMeteredError.
    """
    check_active(stores.customers.get(customer_id))
    feature = stores.features.get(name)
    if feature.feature_type is not FeatureType.METER:
        raise FeatureNotMeteredError(feature.identifier)
    return feature


def set_up_counter(stores: SetupStores, customer_id: str, feature: Feature, now: datetime) -> CounterSetup:
    """Reads the counter, and makes a new one or its current windows where needed. Writes nothing."""
    key = UsageKey(customer_id, feature.identifier)
    stored = stores.counters.get(key)  # before the snapshot: a change of the sources changes both
    snapshot = stores.checks.read_for_check(customer_id, consistent=True).snapshot
    at = max(now, stored.at) if stored else now
    counter = stored or new_counter(key, aggregation_of(feature), at)
    if not counter.is_current(at):
        counter = settle_counter(counter, snapshot, at)
    return CounterSetup(stored, replace(counter, frozen=False) if counter.frozen else counter, snapshot, at)


def save_counter(
    stores: SetupStores, setup: CounterSetup, counter: UsageCounter, add_writes: AddWrites | None
) -> None:
    """Writes the next version of the counter. Raises VersionChangedError if others have changed it since."""

    def add_all_writes(transaction: Transaction) -> None:
        if add_writes:
            add_writes(transaction)
        if setup.needs_active_customer:
            require_active(transaction, counter.customer_id)
            require_revision(transaction, counter.customer_id, setup.snapshot)

    if not stores.reports.save(next_version(counter, setup.at), add_all_writes):
        raise VersionChangedError


def count_after_setup(stores: SetupStores, request: CountRequest) -> None:
    """Counts a report that one update could not count. Raises as `reports.count_report` does."""
    report = request.report
    feature = find_metered_feature(stores, report.customer_id, report.feature)
    if feature.meter:
        raise UsageCountedFromEventsError(feature.identifier)
    request = replace(request, report=replace(report, feature=feature.identifier))
    try:
        _count(stores, feature, request)
    except UsageLimitExceededError:
        key = UsageKey(report.customer_id, feature.identifier)
        if not release_expired_of(stores.reservations, key, request.at):
            raise
        _count(stores, feature, request)


def _count(stores: SetupStores, feature: Feature, request: CountRequest) -> None:
    retry(partial(_attempt, stores, feature, request), attempts=MAX_ATTEMPTS, exhausted=BusyError)


def _attempt(stores: SetupStores, feature: Feature, request: CountRequest) -> None:
    """Raises VersionChangedError if others changed the counter since it was read."""
    report = request.report
    setup = set_up_counter(stores, report.customer_id, feature, request.at)
    counted = _apply_report(setup.counter, report)
    ceiling = _find_ceiling(setup, report) if request.is_limited else None
    if not setup.is_updatable:
        save_counter(stores, setup, counted, request.add_writes)
    elif not stores.reports.apply(report, setup.at, ceiling, request.add_writes):
        raise VersionChangedError


def _apply_report(counter: UsageCounter, report: Report) -> UsageCounter:
    counted = apply_usage(counter, report.behaviour, report.value)
    if any(abs(int(window.used)) > MAX_EXACT_INTEGER for window in counted.windows):
        raise UsageTooLargeError(report.feature)
    return replace(counted, held=counter.held + report.reserved)


def _find_ceiling(setup: CounterSetup, report: Report) -> Ceiling:
    """Raises NotEntitledError or UsageLimitExceededError if the report does not fit."""
    if setup.snapshot is None:
        raise NotEntitledError(report.feature, DenialReason.NO_ACTIVE_SUBSCRIPTION)
    usage, reserved = usage_of(setup.counter), setup.counter.held
    entitlement = evaluate_report(setup.snapshot, report, setup.at, usage, reserved)
    if not entitlement.has_access:
        question = FeatureCheck(feature=report.feature, at=setup.at, usage=usage, held=reserved)
        raise _refusal(entitlement, evaluate(setup.snapshot, question).used)
    return ceiling_for(report, entitlement, setup.counter.settled)


def _refusal(entitlement: Entitlement, used: Number) -> ParityError:
    limit = entitlement.value
    if entitlement.reason is not DenialReason.LIMIT_EXCEEDED or limit is None:
        return NotEntitledError(entitlement.feature, entitlement.reason or "")
    return UsageLimitExceededError(entitlement.feature, limit, int(used), entitlement.held)
