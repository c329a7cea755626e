"""Which thresholds of usage are reached (docs/contract.md, "Webhooks" and "Catalogue")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from parity.catalog.rules.feature_types import FeatureType
from parity.entitlements.rules.balances import balances_at
from parity.entitlements.rules.sources import SourceKind, ThresholdType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.core.periods import Period
    from parity.entitlements.rules.balances import Balance
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import FeatureSources, Snapshot, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A threshold in a window, with the usage there. `usage_limit` includes what was carried in."""

    feature: str
    threshold_type: ThresholdType
    threshold_value: int
    kind: str
    window: Period
    usage_limit: int
    current_usage: Number
    subscription_id: str | None

    @property
    def is_reached(self) -> bool:
        return self.current_usage >= _least_usage(self.threshold_type, self.threshold_value, self.usage_limit)

    @property
    def threshold(self) -> Threshold:
        return Threshold(self.kind, self.window, self.threshold_type, self.threshold_value)


class Threshold(NamedTuple):
    """A threshold in one window of a feature."""

    kind: str
    window: Period
    threshold_type: ThresholdType
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAlert:
    """An alert as it was recorded; its `id` never changes. `sort_key` is where it is stored."""

    id: str
    customer_id: str
    sort_key: str
    alert: Alert
    created_on: datetime
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert in the list of all customers' alerts, under the `id` that it was recorded with."""

    id: str
    customer_id: str
    alert: Alert
    created_on: datetime


def find_alerts(snapshot: Snapshot, feature: str, at: datetime, usage: MeterUsage | None) -> list[Alert]:
    """All thresholds in the windows of the moment, each once per window, whether usage has reached it or not.

    Where several sources have the same threshold, the alert names the first of them. An unlimited entitlement
    has no thresholds, and neither has a limit of 0.
    """
    sources = snapshot.features.get(feature)
    if sources is None or not _has_thresholds(sources):
        return []
    return [
        alert
        for balance in balances_at(sources, usage, at)
        if balance.limit and not balance.unlimited
        for alert in _find_alerts_of(balance, feature)
    ]


def _has_thresholds(sources: FeatureSources) -> bool:
    return sources.feature_type is FeatureType.METER and any(source.alerts for source in sources.sources)


def _find_alerts_of(balance: Balance, feature: str) -> Iterator[Alert]:
    for (threshold_type, value), source in _thresholds(balance):
        yield Alert(
            feature=feature,
            threshold_type=threshold_type,
            threshold_value=value,
            kind=balance.kind,
            window=balance.window,
            usage_limit=balance.limit,
            current_usage=balance.used,
            subscription_id=source.id if source.kind is SourceKind.SUBSCRIPTION else None,
        )


def _thresholds(balance: Balance) -> list[tuple[tuple[ThresholdType, int], Source]]:
    """Each threshold once, with the first source that has it; sorted by type and value."""
    found: dict[tuple[ThresholdType, int], Source] = {}
    for source in (source for level in balance.levels for source in level.sources):
        if source.alerts:
            for value in source.alerts.thresholds:
                found.setdefault((source.alerts.threshold_type, value), source)
    return sorted(found.items(), key=lambda each: each[0])


def _least_usage(threshold_type: ThresholdType, value: int, limit: int) -> int:
    """The least whole usage that reaches the threshold.

    With a limit of 3, 34% is reached at 2 (1.02 rounded up), and a balance of 1 at 2 (3 - 1).
    """
    if threshold_type is ThresholdType.PERCENTAGE:
        return -(-limit * value // 100)
    return limit - value
