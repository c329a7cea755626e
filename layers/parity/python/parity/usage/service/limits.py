"""Whether a report fits into what is left of a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.entitlements.rules.balances import without_usage
from parity.entitlements.rules.evaluation import FeatureCheck, evaluate
from parity.usage.rules.reports import Behaviour
from parity.usage.store.counter_updates import Ceiling

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import Snapshot
    from parity.usage.rules.reports import Report
    from parity.usage.store.reports import AddWrites


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRequest:
    """A report to count at a moment; `add_writes` adds writes to the same transaction.

    An enforced report is counted only if it exceeds no hard limit.
    """

    report: Report
    at: datetime
    enforce: bool = False
    add_writes: AddWrites | None = None

    @property
    def is_limited(self) -> bool:
        """Whether a limit may refuse the report. A report without a positive amount is always counted."""
        return self.enforce and self.report.amount > 0


def evaluate_report(
    snapshot: Snapshot, report: Report, at: datetime, usage: MeterUsage | None, reserved: int
) -> Entitlement:
    """Checks whether the customer may use the report's amount; the answer has access if the report fits.

    `usage` is settled. A report with SET replaces earlier usage of the first level's window. Besides the
    report, only what other levels hold from before and what is reserved counts against the limit.
    """
    if usage and report.behaviour is Behaviour.SET:
        usage = without_usage(usage)
    question = FeatureCheck(
        feature=report.feature, at=at, usage=usage, requested=report.amount, held=reserved
    )
    return evaluate(snapshot, question)


def ceiling_for(report: Report, entitlement: Entitlement, settled: int) -> Ceiling:
    """The most that the counter may hold before the report: the limit less its amount.

    `entitlement` is the answer of `evaluate_report`; `settled` is the version that it was settled in.
    Without a hard limit, the ceiling is more than any counter may hold.
    """
    if not entitlement.hard_limit or entitlement.balance is None:
        return Ceiling(settled, 2 * MAX_EXACT_INTEGER)
    return Ceiling(settled, int(entitlement.balance.ceiling) - report.amount)
