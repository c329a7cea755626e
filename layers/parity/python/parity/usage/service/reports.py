"""Counting reported usage (docs/design.md, "Usage"): usually one update without a read before it.

Imports little, as the start of a function waits for it. `counter_setup` counts the reports that need a read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.usage.service.limits import CountRequest, ceiling_for, evaluate_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from parity.entitlements.store.checks import CheckStore
    from parity.usage.service.counter_setup import SetupStores
    from parity.usage.store.counter_updates import Ceiling
    from parity.usage.store.reports import UsageReportStore


@dataclass(frozen=True, slots=True)
class ReportStores:
    """The stores that most reports need. `load_setup_stores` imports the others, which is slow."""

    reports: UsageReportStore
    checks: CheckStore
    load_setup_stores: Callable[[], SetupStores]


def count_report(stores: ReportStores, request: CountRequest) -> None:
    """Counts a report exactly once.

    One request, or two for an enforced report; more where the counter has to be set up first.

    Raises CustomerNotFoundError, CustomerIsArchivedError, FeatureNotFoundError, FeatureNotMeteredError,
    UsageCountedFromEventsError, UsageTooLargeError, UsageLimitExceededError, NotEntitledError, BusyError and
    OutcomeUnknownError, or the error of the added write that was refused.
    """
    if _count_at_once(stores, request):
        return
    from parity.usage.service.counter_setup import count_after_setup  # noqa: PLC0415

    count_after_setup(stores.load_setup_stores(), request)


def _count_at_once(stores: ReportStores, request: CountRequest) -> bool:
    """Counts the report without reading the counter. False, and nothing is counted, if that cannot be."""
    ceiling = None
    if request.is_limited:
        ceiling = _find_ceiling(stores.checks, request)
        if ceiling is None:
            return False
    return stores.reports.apply(request.report, request.at, ceiling, request.add_writes)


def _find_ceiling(store: CheckStore, request: CountRequest) -> Ceiling | None:
    """The ceiling for the report; None if it does not fit, or if the counter has to be settled first.

    One strongly consistent Query.
    """
    report, at = request.report, request.at
    checked = store.read_for_check(report.customer_id, consistent=True)
    counter = checked.counter(report.feature)
    if checked.snapshot is None or counter is None or not counter.is_current(at):
        return None
    reserved = checked.amount_held(report.feature, at)
    entitlement = evaluate_report(checked.snapshot, report, at, counter.usage, reserved)
    return ceiling_for(report, entitlement, counter.settled) if entitlement.has_access else None
