"""Whether a report fits into what is left of a limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.entitlements.rules.evaluation import FeatureCheck, evaluate
from parity.usage.rules.reports import Behaviour
from parity.usage.store.counter_updates import Room

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.rules.sources import Snapshot
    from parity.usage.rules.reports import Report
    from parity.usage.store.reports import Beside


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
    asked = FeatureCheck(feature=report.feature, at=at, counters=counters, requested=report.taken, held=held)
    return evaluate(snapshot, asked)


def room_in(entitlement: Entitlement, kind: str, report: Report) -> Room:
    """What may be taken before the report; without a hard limit, anything."""
    limit = entitlement.value if entitlement.hard_limit else None
    return Room(kind, 2 * MAX_EXACT_INTEGER if limit is None else limit - report.taken)
