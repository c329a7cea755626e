"""The answer of a check: what the sources of a feature amount to at a moment (DESIGN.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.catalog.rules.features import FeatureType
from parity.entitlements.rules.allowances import allowances, effective
from parity.entitlements.rules.counters import used_in
from parity.entitlements.rules.rollover import carried_into

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.core.periods import Period
    from parity.entitlements.rules.allowances import Allowance
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import Snapshot, Source


class DenialReason(StrEnum):
    CUSTOMER_NOT_FOUND = "CustomerNotFound"
    CUSTOMER_IS_ARCHIVED = "CustomerIsArchived"
    FEATURE_NOT_FOUND = "FeatureNotFound"
    NO_ACTIVE_SUBSCRIPTION = "NoActiveSubscription"
    NOT_IN_SUBSCRIPTION = "NoFeatureEntitlementInSubscription"
    LIMIT_EXCEEDED = "RequestedUsageExceedingLimit"
    REVOKED = "Revoked"


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


def evaluate(snapshot: Snapshot, asked: Question) -> Entitlement:
    """The answer, with everything that a caller may want to know of it."""
    if snapshot.archived:
        return _denied(asked.feature, None, DenialReason.CUSTOMER_IS_ARCHIVED)
    known = snapshot.features.get(asked.feature)
    valid = known.valid(asked.at) if known else ()
    if known is None or not valid:
        subscribed = snapshot.is_subscribed(asked.at)
        reason = DenialReason.NOT_IN_SUBSCRIPTION if subscribed else DenialReason.NO_ACTIVE_SUBSCRIPTION
        return _denied(asked.feature, known.feature_type if known else None, reason)
    base, grants = effective(valid)
    if known.feature_type is FeatureType.METER:
        offers = [_offer(asked, allowance) for allowance in allowances(base, grants)]
        return replace(max(offers, key=_generosity), sources=base + grants)
    if known.feature_type is FeatureType.CUSTOMIZABLE:
        return _customizable(asked.feature, base, grants)
    return _switched(asked.feature, base + grants)


def _denied(feature: str, feature_type: FeatureType | None, reason: DenialReason) -> Entitlement:
    return Entitlement(feature=feature, feature_type=feature_type, has_access=False, reason=reason)


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
    overridden = any(source.is_override for source in sources)
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


def _exhaustion(allowance: Allowance) -> DenialReason:
    revoked = allowance.is_overridden and not allowance.limit
    return DenialReason.REVOKED if revoked else DenialReason.LIMIT_EXCEEDED


def _generosity(offer: Entitlement) -> tuple[bool, bool, Number]:
    """Of several windows the one that leaves most is offered."""
    return offer.has_access, offer.unlimited, offer.remaining or 0


def _offer(asked: Question, allowance: Allowance) -> Entitlement:
    """What the sources with the same windows give together."""
    window = allowance.window(asked.at)
    counter = asked.counters.get((asked.feature, allowance.kind))
    used = used_in(window, counter)
    rolled_over = carried_into(allowance, counter, asked.at)
    limit = allowance.limit + rolled_over
    free = limit - used - asked.held
    fits = not allowance.hard_limit or (free > 0 and free >= asked.requested)
    return Entitlement(
        feature=asked.feature,
        feature_type=FeatureType.METER,
        has_access=fits,
        reason=None if fits else _exhaustion(allowance),
        value=None if allowance.unlimited else limit,
        unlimited=allowance.unlimited,
        hard_limit=allowance.hard_limit,
        used=used,
        held=asked.held,
        carried=rolled_over,
        remaining=None if allowance.unlimited else limit - used,
        window=window,
    )
