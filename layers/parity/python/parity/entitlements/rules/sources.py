"""The sources of a customer's entitlements, and the snapshot that keeps them (docs/entitlements.md).

A snapshot keeps the sources with the times at which they are valid, and not the outcome. What time changes (a
trial ends, a window turns, an override expires) is decided when a check asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period, Reset, ResetTime, once_kind, reset_window, window_kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.entitlements.rules.settlement import MeterUsage


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


class EarlierEnd(NamedTuple):
    """Until the moment `until`, a source was meant to end at `end`. None: it was not meant to end."""

    until: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One reason for an entitlement: a subscription, an override or a grant.

    - `value`: the limit of a meter, or the number of a CUSTOMIZABLE feature; 1 or 0 for a BOOLEAN one.
    - `anchor`: windows that do not follow the calendar are counted from it.
    - `reset`: None for an override or a grant that has the windows of the plans it replaces or adds to.
    - `rollover` and `alerts`: plans have them. An override takes those of the plans that it replaces.
    - `earlier_ends`: ends it was meant to have before, the first one first. Usage fills what is never reset
      in the order of the ends that were meant at the time.
    - `level_id`: kind and id of the source whose level an override takes over; not stored.
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
    rollover: Rollover | None = None
    alerts: Alerts | None = None
    earlier_ends: tuple[EarlierEnd, ...] = ()
    level_id: str = ""

    @property
    def is_override(self) -> bool:
        return self.kind is SourceKind.OVERRIDE

    def has_ended(self, at: datetime) -> bool:
        return self.valid_until is not None and self.valid_until <= at

    def is_of(self, other: Source) -> bool:
        """Whether both are of the same subscription, override or grant."""
        return (self.kind, self.id) == (other.kind, other.id)

    def gives_as(self, other: Source) -> bool:
        """Whether it is the same source, and gives the same in the same windows, whenever it does."""
        return _given_by(self) == _given_by(other)

    def is_valid_at(self, at: datetime) -> bool:
        return at in Period(self.valid_from, self.valid_until)

    def end_meant_at(self, at: datetime) -> datetime | None:
        """When it was meant to end, by what was known at the moment."""
        return next((earlier.end for earlier in self.earlier_ends if at < earlier.until), self.valid_until)

    def with_end(self, end: datetime | None, since: datetime) -> Source:
        """Itself with another end, which is known since a moment."""
        if end == self.valid_until or not self.is_ranked_by_end:
            return replace(self, valid_until=end)
        earlier = EarlierEnd(since, self.valid_until)
        return replace(self, valid_until=end, earlier_ends=(*self.earlier_ends, earlier))

    @property
    def is_ranked_by_end(self) -> bool:
        """Whether usage may fill its level before or after another's by when both end."""
        return self.reset in (None, Reset.NEVER)

    def window(self, at: datetime) -> Period:
        return reset_window(self.reset or Reset.NEVER, self.reset_time, self.anchor, at)

    def with_terms_of(self, model: Source | None) -> Source:
        """Itself with the windows, rollover and alerts of `model` in place of those that it does not have."""
        if model is None:
            return self
        terms = replace(self, rollover=self.rollover or model.rollover, alerts=self.alerts or model.alerts)
        if terms.reset is None:
            reset, reset_time, anchor = model.reset, model.reset_time, model.anchor
            terms = replace(terms, reset=reset, reset_time=reset_time, anchor=anchor)
        shares = terms.window_kind == model.window_kind
        return replace(terms, level_id=f"{model.kind}-{model.id}") if shares else terms

    def sort_key(self) -> tuple[str, str, datetime]:
        """Sources of a feature are in this order."""
        return self.kind, self.id, self.valid_from

    @property
    def window_kind(self) -> str:
        """The name of its kind of windows. One counter counts the usage in all windows of one kind."""
        return window_kind(self.reset or Reset.NEVER, self.reset_time, self.anchor)


def _given_by(source: Source) -> tuple[object, ...]:
    limits = source.value, source.unlimited, source.hard_limit
    windows = source.reset, source.window_kind, source.rollover
    return (source.kind, source.id, *limits, *windows)


@dataclass(frozen=True, slots=True)
class FeatureSources:
    """All sources of one feature, whenever they are valid: future ones, and ended ones while they matter.

    `adds_up`: whether usage consists of amounts that add up, as reports, COUNT and SUM do. Then it fills
    one level after the other. Usage that does not add up, such as a MAX, counts in each kind of windows by
    itself.

    `base`: what the levels held at a moment, where nothing was ever used. Sources that ended before are
    left out.
    """

    feature_type: FeatureType
    sources: tuple[Source, ...]
    adds_up: bool = True
    base: MeterUsage | None = None

    @property
    def boundaries(self) -> frozenset[datetime]:
        """When any of the sources starts or ends, or was given another end."""
        ends = {source.valid_until for source in self.sources if source.valid_until}
        changes = {earlier.until for source in self.sources for earlier in source.earlier_ends}
        return frozenset({source.valid_from for source in self.sources} | ends | changes)

    def level_kind(self, source: Source) -> str:
        """The kind of the source's level. Amounts that are never reset have a level per source."""
        kind = source.window_kind
        if kind != Reset.NEVER or not self.adds_up:
            return kind
        return once_kind(source.level_id or f"{source.kind}-{source.id}")

    def valid_at(self, at: datetime) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.is_valid_at(at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that checks need of one customer; `revision` grows by 1 with every change.

    `subscribed` are the times in which any subscription gives access. `turns` are not stored: they say which
    counters have to be settled earlier than they know, and when.
    """

    archived: bool
    subscribed: tuple[Period, ...]
    features: Mapping[str, FeatureSources]
    revision: int = 0
    turns: Mapping[str, datetime] = field(default_factory=dict, compare=False)

    def meter(self, feature: str) -> FeatureSources:
        """The sources of a METER feature; none of them where nothing gives it."""
        return self.features.get(feature) or FeatureSources(FeatureType.METER, ())

    def is_subscribed(self, at: datetime) -> bool:
        return any(at in period for period in self.subscribed)


def sources_of(snapshot: Snapshot | None, feature: str) -> FeatureSources | None:
    """None where there is no snapshot, or none of its sources is of the feature."""
    return snapshot.features.get(feature) if snapshot else None
