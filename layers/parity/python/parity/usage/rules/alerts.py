"""Which thresholds of usage are reached: a pure function of the state (WIRE.md sections 6 and 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

from typing import TYPE_CHECKING

from parity.catalog.rules.features import FeatureType
from parity.entitlements.rules.allowances import allowances_at
from parity.entitlements.rules.counters import usage_in
from parity.entitlements.rules.rollover import compute_carryover
from parity.entitlements.rules.sources import SourceKind, ThresholdType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.core.periods import Period
    from parity.entitlements.rules.allowances import Allowance
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import Snapshot, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A threshold that is reached in a window of this kind. `usage_limit` has what was carried into it."""

    feature: str
    threshold_type: ThresholdType
    threshold_value: int
    kind: str
    window: Period
    usage_limit: int
    current_usage: Number
    subscription_id: str | None


def due_alerts(
    snapshot: Snapshot, feature: str, at: datetime, counters: Mapping[tuple[str, str], Counter]
) -> list[Alert]:
    """All thresholds that usage has reached in the windows of the moment, each once per window.

    Of several sources with the same threshold it is the first one's. Nothing unlimited has any.
    """
    known = snapshot.features.get(feature)
    if known is None or known.feature_type is not FeatureType.METER:
        return []
    return [
        alert
        for allowance in allowances_at(known, at)
        for alert in _reached(feature, allowance, at, counters.get((feature, allowance.kind)))
    ]


def _reached(feature: str, allowance: Allowance, at: datetime, counter: Counter | None) -> Iterator[Alert]:
    if allowance.unlimited:
        return
    window = allowance.window(at)
    used = usage_in(window, counter)
    limit = allowance.limit + compute_carryover(allowance, counter, at)
    for (threshold_type, value), source in _thresholds(allowance):
        if used >= _usage_at(threshold_type, value, limit):
            yield Alert(
                feature=feature,
                threshold_type=threshold_type,
                threshold_value=value,
                kind=allowance.kind,
                window=window,
                usage_limit=limit,
                current_usage=used,
                subscription_id=source.id if source.kind is SourceKind.SUBSCRIPTION else None,
            )


def _thresholds(allowance: Allowance) -> list[tuple[tuple[ThresholdType, int], Source]]:
    found: dict[tuple[ThresholdType, int], Source] = {}
    for source in allowance.sources:
        if source.alerts:
            for value in source.alerts.thresholds:
                found.setdefault((source.alerts.threshold_type, value), source)
    return sorted(found.items(), key=lambda each: each[0])


def _usage_at(threshold_type: ThresholdType, value: int, limit: int) -> int:
    """The least usage that reaches the threshold."""
    if threshold_type is ThresholdType.PERCENTAGE:
        return -(-limit * value // 100)
    return limit - value


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAlert:
    """An alert, recorded once per window and threshold; `id` is the same whenever it is told."""

    id: str
    customer_id: str
    alert: Alert
    created_on: datetime
    published: bool
