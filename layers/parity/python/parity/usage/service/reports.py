"""Counting reported usage (DESIGN.md section 6): usually one update without a read before it.

Imports little, as the start of a function waits for it; what the unusual cases take is in `usage_preparing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.entitlements.rules.evaluation import evaluate
from parity.entitlements.rules.sources import Question, sources_of, window_kinds
from parity.metering.rules.counters import MAX_USED, Behaviour
from parity.usage.store.counter_updates import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.entitlements.rules.sources import Counter, Entitlement, Snapshot
    from parity.entitlements.store.checks import CheckStore
    from parity.metering.rules.counters import Report
    from parity.usage.service.counter_setup import UsageStores
    from parity.usage.store.reports import Beside, UsageReportStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A report to be counted at a moment, and what is to be written with it, or not at all.

    Enforced, it is counted only where no hard limit is passed by it.
    """

    report: Report
    at: datetime
    enforce: bool = False
    beside: Beside | None = None

    @property
    def is_limited(self) -> bool:
        """What takes nothing of a limit always passes."""
        return self.enforce and self.report.taken > 0


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
    checked = store.checked(report.customer_id, consistent=True)
    known = sources_of(checked.snapshot, report.feature)
    kinds = window_kinds(known) if known else ()
    if checked.snapshot is None or len(kinds) != 1:
        return None
    held = checked.held(report.feature, at)
    entitlement = judged(checked.snapshot, report, at, checked.counters, held)
    return room_in(entitlement, kinds[0], report) if entitlement.has_access else None


def judged(
    snapshot: Snapshot,
    report: Report,
    at: datetime,
    counters: Mapping[tuple[str, str], Counter],
    held: int,
) -> Entitlement:
    """Whether the report fits. Of what is set, nothing counts that was used before."""
    if report.behaviour is Behaviour.SET:
        counters = {place: replace(counter, used=0) for place, counter in counters.items()}
    asked = Question(feature=report.feature, at=at, counters=counters, requested=report.taken, held=held)
    return evaluate(snapshot, asked)


def room_in(entitlement: Entitlement, kind: str, report: Report) -> Room:
    """What may be taken before the report; without a hard limit, anything."""
    limit = entitlement.value if entitlement.hard_limit else None
    return Room(kind, 2 * MAX_USED if limit is None else limit - report.taken)
