"""The sources of a customer's entitlements, and the snapshot that keeps them (docs/entitlements.md).

A snapshot keeps the sources with the times at which they are valid, and not the outcome. What time changes (a
trial ends, a window turns, an override expires) is decided when a check asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.core.periods import Period, Reset, ResetTime, reset_window, window_kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.feature_types import FeatureType


class SourceKind(StrEnum):
    """A subscription gives what its plan has; an override replaces that; a grant adds to it."""

    SUBSCRIPTION = "subscription"
    OVERRIDE = "override"
    GRANT = "grant"


class ThresholdType(StrEnum):
    """A percentage of the limit that is used, or an amount that is left of it."""

    PERCENTAGE = "PERCENTAGE"
    BALANCE = "BALANCE"


@dataclass(frozen=True, slots=True)
class Alerts:
    """The thresholds at which a plan alerts; `parity.usage.rules.alerts` decides when usage reaches one."""

    threshold_type: ThresholdType
    thresholds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rollover:
    """The percentage of what is left that is carried into the next window, and the most that is carried."""

    percentage: int
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One reason for an entitlement: a subscription, an override or a grant.

    - `value`: the limit of a meter, or the number of a CUSTOMIZABLE feature; 1 or 0 for a BOOLEAN one.
    - `anchor`: windows that do not follow the calendar are counted from it.
    - `reset`: None for an override or a grant that has the windows of the plans it replaces or adds to.
    - `changed_on`: when a subscription's terms last changed; None if they never did.
    - `rollover` and `alerts`: plans have them, overrides and grants do not.
    """

    kind: SourceKind
    id: str
    plan: str | None = None
    plan_version: int | None = None
    valid_from: datetime
    valid_until: datetime | None
    value: int | None
    unlimited: bool = False
    hard_limit: bool = False
    reset: Reset | None = Reset.NEVER
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    anchor: datetime
    changed_on: datetime | None = None
    rollover: Rollover | None = None
    alerts: Alerts | None = None

    @property
    def is_override(self) -> bool:
        return self.kind is SourceKind.OVERRIDE

    @property
    def unchanged_since(self) -> datetime:
        return self.changed_on or self.valid_from

    def is_valid_at(self, at: datetime) -> bool:
        return at in Period(self.valid_from, self.valid_until)

    def window(self, at: datetime) -> Period:
        return reset_window(self.reset or Reset.NEVER, self.reset_time, self.anchor, at)

    def with_windows_of(self, model: Source | None) -> Source:
        """Itself with the windows of `model`; unchanged if it has windows of its own, or without a model."""
        if self.reset or model is None:
            return self
        return replace(self, reset=model.reset, reset_time=model.reset_time, anchor=model.anchor)

    def sort_key(self) -> tuple[str, str, datetime]:
        """Sources of a feature are in this order."""
        return self.kind, self.id, self.valid_from

    @property
    def window_kind(self) -> str:
        """The name of its kind of windows. One counter counts the usage in all windows of one kind."""
        return window_kind(self.reset or Reset.NEVER, self.reset_time, self.anchor)


@dataclass(frozen=True, slots=True)
class FeatureSources:
    """All sources of one feature, whenever they are valid."""

    feature_type: FeatureType
    sources: tuple[Source, ...]

    def valid_at(self, at: datetime) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.is_valid_at(at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that checks need of one customer; `revision` grows by 1 with every change.

    `subscribed` are the times in which any subscription gives access.
    """

    archived: bool
    subscribed: tuple[Period, ...]
    features: Mapping[str, FeatureSources]
    revision: int = 0

    def is_subscribed(self, at: datetime) -> bool:
        return any(at in period for period in self.subscribed)


def sources_of(snapshot: Snapshot | None, feature: str) -> FeatureSources | None:
    """None where there is no snapshot, or none of its sources is of the feature."""
    return snapshot.features.get(feature) if snapshot else None
