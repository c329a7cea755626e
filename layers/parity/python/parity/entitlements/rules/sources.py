"""What a customer is entitled to: where it comes from, and what follows at a moment (DESIGN.md section 4).

A snapshot keeps the sources with the times they are valid, not the outcome: what is due by time (a trial
that ends, a window that turns, an override that expires) is decided when it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.core.periods import Period, Reset, ResetTime, reset_window, window_kind
from parity.entitlements.rules.allowances import allowances
from parity.entitlements.rules.rollover import carried_into

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.features import FeatureType
    from parity.entitlements.rules.allowances import Allowance
    from parity.entitlements.rules.rollover import Rollover
    from parity.metering.rules.aggregation import Number


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


class DenialReason(StrEnum):
    CUSTOMER_NOT_FOUND = "CustomerNotFound"
    CUSTOMER_IS_ARCHIVED = "CustomerIsArchived"
    FEATURE_NOT_FOUND = "FeatureNotFound"
    NO_ACTIVE_SUBSCRIPTION = "NoActiveSubscription"
    NOT_IN_SUBSCRIPTION = "NoFeatureEntitlementInSubscription"
    LIMIT_EXCEEDED = "RequestedUsageExceedingLimit"
    REVOKED = "Revoked"


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


@dataclass(frozen=True, slots=True)
class Counter:
    """What was used of a feature in one window, and what was carried into it from those before.

    `since` is when the window was reset by hand: what was used before does not count in it.
    """

    window_start: datetime
    used: Number
    carried: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What follows for one feature at one moment.

    `value` of a meter is its limit, with what was carried into the window. `remaining` is what is not used of
    it, also where a part is `held` for reservations; None where usage is unlimited or not counted.
    """

    feature: str
    feature_type: FeatureType | None
    has_access: bool
    reason: DenialReason | None = None
    value: int | None = None
    unlimited: bool = False
    hard_limit: bool = False
    used: Number = 0
    held: int = 0
    carried: int = 0
    remaining: Number | None = None
    window: Period | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May `requested` more be used of a feature at a moment? Counters are by feature and window kind.

    `held` is reserved of the feature, in every window, and neither used nor released yet.
    """

    feature: str
    at: datetime
    counters: Mapping[tuple[str, str], Counter]
    requested: int = 0
    held: int = 0


def sources_of(snapshot: Snapshot | None, feature: str) -> FeatureSources | None:
    """None where no snapshot says anything of the feature."""
    return snapshot.features.get(feature) if snapshot else None


def effective(valid: tuple[Source, ...]) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """An override, with the windows of the plans, in place of what they give; and the grants."""
    by_kind = {kind: tuple(source for source in valid if source.kind is kind) for kind in SourceKind}
    plans = by_kind[SourceKind.SUBSCRIPTION]
    model = min(plans, key=lambda source: source.window_kind, default=None)
    overrides = tuple(source.windowed_as(model) for source in by_kind[SourceKind.OVERRIDE])
    return overrides or plans, by_kind[SourceKind.GRANT]


def allowances_at(known: FeatureSources, at: datetime) -> list[Allowance]:
    """What the sources of a meter that are valid at the moment give, by window kind."""
    return allowances(*effective(known.valid(at)))


def window_kinds(known: FeatureSources) -> tuple[str, ...]:
    """All kinds that the sources of a meter need at any time, sorted; NEVER if there is none.

    What is valid only changes when a source starts or ends.
    """
    moments = {moment for source in known.sources for moment in (source.valid_from, source.valid_until)}
    kinds = {each.kind for moment in moments if moment for each in allowances_at(known, moment)}
    return tuple(sorted(kinds)) or (Reset.NEVER.value,)


def carried(known: FeatureSources, kind: str, counter: Counter | None, at: datetime) -> int:
    """What the sources valid at the moment carry into its window of that kind (WIRE.md section 7)."""
    found = (each for each in allowances_at(known, at) if each.kind == kind)
    return sum(carried_into(allowance, counter, at) for allowance in found)


def used_in(window: Period, counter: Counter | None) -> Number:
    """Nothing if the counter is of another window."""
    return counter.used if counter and counter.window_start == window.start else 0
