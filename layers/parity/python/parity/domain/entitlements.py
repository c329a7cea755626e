"""What a customer is entitled to: where it comes from, and what follows at a moment (DESIGN.md section 4).

A snapshot keeps the sources with the times they are valid, not the outcome: what is due by time (a trial
that ends, a window that turns, an override that expires) is decided when it is asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.domain.features import FeatureType
from parity.domain.periods import Period, Reset, ResetTime, reset_window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class SourceKind(StrEnum):
    """A subscription gives what its plan says; an override replaces that; a grant adds to it."""

    SUBSCRIPTION = "subscription"
    OVERRIDE = "override"
    GRANT = "grant"


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
    whose `reset` is None has the windows of the plans that it replaces or adds to.
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
        if self.reset is None or self.reset is Reset.NEVER:
            return Reset.NEVER.value
        if self.reset_time is ResetTime.BEGINNING_OF_PERIOD and self.reset is not Reset.EVERY_28_DAYS:
            return self.reset.value
        return f"{self.reset.value}@{self.anchor:%Y%m%dT%H%M%S%f}"


@dataclass(frozen=True, slots=True)
class FeatureSources:
    feature_type: FeatureType
    sources: tuple[Source, ...]


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
    """What was used of a feature in one window."""

    window_start: datetime
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What follows for one feature at one moment.

    `remaining` is None where usage is unlimited or not counted.
    """

    feature: str
    feature_type: FeatureType | None
    has_access: bool
    reason: DenialReason | None = None
    value: int | None = None
    unlimited: bool = False
    hard_limit: bool = False
    used: int = 0
    remaining: int | None = None
    window: Period | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May `requested` more be used of a feature at a moment? Counters are by feature and window kind."""

    feature: str
    at: datetime
    counters: Mapping[tuple[str, str], Counter]
    requested: int = 0


def evaluate(snapshot: Snapshot, asked: Question) -> Entitlement:
    """The answer, with everything that a caller may want to know of it."""
    if snapshot.archived:
        return _denied(asked.feature, None, DenialReason.CUSTOMER_IS_ARCHIVED)
    known = snapshot.features.get(asked.feature)
    valid = tuple(source for source in known.sources if source.is_valid(asked.at)) if known else ()
    if known is None or not valid:
        subscribed = snapshot.is_subscribed(asked.at)
        reason = DenialReason.NOT_IN_SUBSCRIPTION if subscribed else DenialReason.NO_ACTIVE_SUBSCRIPTION
        return _denied(asked.feature, known.feature_type if known else None, reason)
    base, grants = _effective(valid)
    if known.feature_type is FeatureType.METER:
        return replace(_metered(asked, base, grants), sources=base + grants)
    if known.feature_type is FeatureType.CUSTOMIZABLE:
        return _customizable(asked.feature, base, grants)
    return _switched(asked.feature, base + grants)


def _denied(feature: str, feature_type: FeatureType | None, reason: DenialReason) -> Entitlement:
    return Entitlement(feature=feature, feature_type=feature_type, has_access=False, reason=reason)


def _effective(valid: tuple[Source, ...]) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """An override, with the windows of the plans, in place of what they give; and the grants."""
    by_kind = {kind: tuple(source for source in valid if source.kind is kind) for kind in SourceKind}
    plans = by_kind[SourceKind.SUBSCRIPTION]
    model = min(plans, key=lambda source: source.window_kind, default=None)
    overrides = tuple(source.windowed_as(model) for source in by_kind[SourceKind.OVERRIDE])
    return overrides or plans, by_kind[SourceKind.GRANT]


def _switched(feature: str, sources: tuple[Source, ...]) -> Entitlement:
    granted = any(source.value or source.unlimited for source in sources)
    return Entitlement(
        feature=feature,
        feature_type=FeatureType.BOOLEAN,
        has_access=granted,
        reason=None if granted else _refusal(sources),
        sources=sources,
    )


def _refusal(sources: tuple[Source, ...]) -> DenialReason:
    overridden = any(source.kind is SourceKind.OVERRIDE for source in sources)
    return DenialReason.REVOKED if overridden else DenialReason.NOT_IN_SUBSCRIPTION


def _customizable(feature: str, base: tuple[Source, ...], grants: tuple[Source, ...]) -> Entitlement:
    """The greatest value that a source gives, and what grants add."""
    sources = base + grants
    unlimited = any(source.unlimited for source in sources)
    value = max((source.value or 0 for source in base), default=0) + sum(grant.value or 0 for grant in grants)
    granted = unlimited or value > 0
    return Entitlement(
        feature=feature,
        feature_type=FeatureType.CUSTOMIZABLE,
        has_access=granted,
        reason=None if granted else _refusal(sources),
        value=None if unlimited else value,
        unlimited=unlimited,
        sources=sources,
    )


def _metered(asked: Question, base: tuple[Source, ...], grants: tuple[Source, ...]) -> Entitlement:
    """Sources with the same windows add up; of several windows the one that leaves most is offered."""
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in base:
        groups[source.window_kind].append(source)
    models: list[Source | None] = [group[0] for group in groups.values()]
    for grant in grants:
        for source in {grant.windowed_as(model) for model in models or [None]}:
            groups[source.window_kind].append(source)
    offers = [_offer(asked, kind, group) for kind, group in sorted(groups.items())]
    return max(offers, key=_generosity)


def _exhaustion(limit: int, group: list[Source]) -> DenialReason:
    overridden = any(source.kind is SourceKind.OVERRIDE for source in group)
    return DenialReason.REVOKED if overridden and not limit else DenialReason.LIMIT_EXCEEDED


def _generosity(offer: Entitlement) -> tuple[bool, bool, int]:
    return offer.has_access, offer.unlimited, offer.remaining or 0


def _offer(asked: Question, window_kind: str, group: list[Source]) -> Entitlement:
    """What the sources with the same windows give together."""
    window = group[0].window(asked.at)
    counter = asked.counters.get((asked.feature, window_kind))
    used = counter.used if counter and counter.window_start == window.start else 0
    unlimited = any(source.unlimited for source in group)
    limit = sum(source.value or 0 for source in group)
    hard = not unlimited and any(source.hard_limit for source in group)
    fits = not hard or (limit > used and limit - used >= asked.requested)
    return Entitlement(
        feature=asked.feature,
        feature_type=FeatureType.METER,
        has_access=fits,
        reason=None if fits else _exhaustion(limit, group),
        value=None if unlimited else limit,
        unlimited=unlimited,
        hard_limit=hard,
        used=used,
        remaining=None if unlimited else limit - used,
        window=window,
    )
