"""Whether a report fits into what is left of a limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.entitlements.rules.evaluation import FeatureCheck, evaluate
from parity.usage.rules.reports import Behaviour
from parity.usage.store.counter_updates import Ceiling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.evaluation import Entitlement
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
    snapshot: Snapshot,
    report: Report,
    at: datetime,
    counters: Mapping[tuple[str, str], Counter],
    reserved: int,
) -> Entitlement:
    """Checks whether the customer may use the report's amount; the answer has access if the report fits.

    A report with SET replaces earlier usage. Besides the report, only what is reserved counts against the
    limit.
    """
    if report.behaviour is Behaviour.SET:
        counters = {place: replace(counter, used=0) for place, counter in counters.items()}
    question = FeatureCheck(
        feature=report.feature, at=at, counters=counters, requested=report.amount, held=reserved
    )
    return evaluate(snapshot, question)


def ceiling_for(report: Report, entitlement: Entitlement, kind: str) -> Ceiling:
    """The most that the counter's window of this kind may hold before the report: the limit less its amount.

    `entitlement` is the answer of `evaluate_report`. Without a hard limit, the ceiling is more than any
    counter may hold.
    """
    limit = entitlement.value if entitlement.hard_limit else None
    return Ceiling(kind, 2 * MAX_EXACT_INTEGER if limit is None else limit - report.amount)
