"""Counting reported usage (DESIGN.md section 6): usually one update without a read before it.

Imports little, as the start of a function waits for it; what the unusual cases take is in `usage_preparing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.entitlements.rules.allowances import window_kinds
from parity.entitlements.rules.sources import sources_of
from parity.usage.service.limits import Task, judged, room_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.entitlements.store.checks import CheckStore
    from parity.usage.rules.reports import Report
    from parity.usage.service.counter_setup import UsageStores
    from parity.usage.store.counter_updates import Room
    from parity.usage.store.reports import UsageReportStore


@dataclass(frozen=True, slots=True)
class QuickStores:
    """What the usual report takes; `others` loads what takes longer to import than all else together."""

    reports: UsageReportStore
    checks: CheckStore
    others: Callable[[], UsageStores]


def count(stores: QuickStores, task: Task) -> None:
    """Counts it exactly once: one request, or two if it is enforced; more where the counter is not ready.

    Raises CustomerNotFoundError, CustomerIsArchivedError, FeatureNotFoundError, FeatureNotMeteredError,
    UsageCountedFromEventsError, UsageTooLargeError, UsageLimitExceededError, NotEntitledError, BusyError and
    OutcomeUnknownError, or why what is beside it was refused.
    """
    if _counted_at_once(stores, task):
        return
    from parity.usage.service.counter_setup import count_prepared  # noqa: PLC0415

    count_prepared(stores.others(), task)


def _counted_at_once(stores: QuickStores, task: Task) -> bool:
    if not task.is_limited:
        return stores.reports.apply(task.report, task.at, beside=task.beside)
    room = _room(stores.checks, task.report, task.at)
    return room is not None and stores.reports.apply(task.report, task.at, room, task.beside)


def _room(store: CheckStore, report: Report, at: datetime) -> Room | None:
    """None where there is none, and where only a closer look can tell; one strongly consistent Query."""
    checked = store.read_for_check(report.customer_id, consistent=True)
    known = sources_of(checked.snapshot, report.feature)
    kinds = window_kinds(known) if known else ()
    if checked.snapshot is None or len(kinds) != 1:
        return None
    held = checked.amount_held(report.feature, at)
    entitlement = judged(checked.snapshot, report, at, checked.counters, held)
    return room_in(entitlement, kinds[0], report) if entitlement.has_access else None
