"""What a customer is entitled to: where it comes from, and what follows at a moment (DESIGN.md section 4).

A snapshot keeps the sources with the times they are valid, not the outcome: what is due by time (a trial
that ends, a window that turns, an override that expires) is decided when it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.core.periods import Period, Reset, ResetTime, reset_window, window_kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.features import FeatureType
    from parity.core.numbers import Number


class SourceKind(StrEnum):
    """A subscription gives what its plan says; an override replaces that; a grant adds to it."""

    SUBSCRIPTION = "subscription"
    OVERRIDE = "override"
    GRANT = "grant"


class ThresholdType(StrEnum):
    """A share of the limit that was used, or an amount that is left of it."""

    PERCENTAGE = "PERCENTAGE"
    BALANCE = "BALANCE"


@dataclass(frozen=True, slots=True)
class Alerts:
    """At which usage a plan wants to tell; `parity.usage.rules.alerts` says when that is reached."""

    threshold_type: ThresholdType
    thresholds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rollover:
    """How many percent of what is left are carried, and at most how much."""

    percentage: int
    limit: int | None

    def share(self, left: Number) -> int:
        """Rounded down; nothing of what is overused."""
        return self.capped(int(self.percentage * max(0, left) // 100))

    def capped(self, carried: int) -> int:
        return carried if self.limit is None else min(self.limit, carried)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One reason for an entitlement. `value` is the limit or the number; of a BOOLEAN feature 1 or 0.

    `anchor` is what windows are counted from where they do not follow the calendar. An override or a grant
    whose `reset` is None has the windows of the plans that it replaces or adds to. Only plans roll over and
    alert. `changed_on` is since when it gives what it gives, if it gave something else before.
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
    def given_since(self) -> datetime:
        return self.changed_on or self.valid_from

    def is_valid(self, at: datetime) -> bool:
        return at in Period(self.valid_from, self.valid_until)

    def window(self, at: datetime) -> Period:
        return reset_window(self.reset or Reset.NEVER, self.reset_time, self.anchor, at)

    def windowed_as(self, model: Source | None) -> Source:
        """With the model's windows, if it has none of its own."""
        if self.reset or model is None:
            return self
        return replace(self, reset=model.reset, reset_time=model.reset_time, anchor=model.anchor)

    @property
    def window_kind(self) -> str:
        """Names the windows that the usage is counted in: sources of the same kind share a counter."""
        return window_kind(self.reset or Reset.NEVER, self.reset_time, self.anchor)


@dataclass(frozen=True, slots=True)
class FeatureSources:
    feature_type: FeatureType
    sources: tuple[Source, ...]

    def valid(self, at: datetime) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.is_valid(at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that checks need of one customer; `revision` grows with every change.

    `subscribed` are the times in which any subscription gives access.
    """

    archived: bool
    subscribed: tuple[Period, ...]
    features: Mapping[str, FeatureSources]
    revision: int = 0

    def is_subscribed(self, at: datetime) -> bool:
        return any(at in period for period in self.subscribed)


def sources_of(snapshot: Snapshot | None, feature: str) -> FeatureSources | None:
    """None where no snapshot says anything of the feature."""
    return snapshot.features.get(feature) if snapshot else None
