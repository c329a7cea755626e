"""The answer of a check: what the sources of a feature give at a moment (docs/entitlements.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.entitlements.rules.balances import balances_at
from parity.entitlements.rules.levels import resolve_overrides

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.core.periods import Period
    from parity.entitlements.rules.balances import Balance
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import FeatureSources, Snapshot, Source


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
    """The answer for one feature at one moment.

    - `value`: the limit of a meter, with what was carried into the window.
    - `remaining`: the limit less what is used; `held` of it is reserved. None where usage is unlimited or
      not counted.
    - `balance`: what each level of a meter gives and holds.
    - `sources`: all that were valid and in effect.
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
    balance: Balance | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureCheck:
    """The question whether `requested` more of a feature may be used at a moment.

    `usage` is None where nothing of it was used. `held` is reserved of the feature.
    """

    feature: str
    at: datetime
    usage: MeterUsage | None = None
    requested: int = 0
    held: int = 0


def evaluate(snapshot: Snapshot, check: FeatureCheck) -> Entitlement:
    """Answers the check."""
    if snapshot.archived:
        return _deny(check.feature, None, DenialReason.CUSTOMER_IS_ARCHIVED)
    feature = snapshot.features.get(check.feature)
    valid = feature.valid_at(check.at) if feature else ()
    if feature is None or not valid:
        subscribed = snapshot.is_subscribed(check.at)
        reason = DenialReason.NOT_IN_SUBSCRIPTION if subscribed else DenialReason.NO_ACTIVE_SUBSCRIPTION
        return _deny(check.feature, feature.feature_type if feature else None, reason)
    base, grants, _ = resolve_overrides(valid)
    if feature.feature_type is FeatureType.METER:
        return replace(_evaluate_meter(feature, check), sources=base + grants)
    if feature.feature_type is FeatureType.CUSTOMIZABLE:
        return _evaluate_customizable(check.feature, base, grants)
    return _evaluate_boolean(check.feature, base + grants)


def _deny(feature: str, feature_type: FeatureType | None, reason: DenialReason) -> Entitlement:
    return Entitlement(feature=feature, feature_type=feature_type, has_access=False, reason=reason)


def _evaluate_boolean(feature: str, sources: tuple[Source, ...]) -> Entitlement:
    is_on = any(source.value or source.unlimited for source in sources)
    return Entitlement(
        feature=feature,
        feature_type=FeatureType.BOOLEAN,
        has_access=is_on,
        reason=None if is_on else _reason_without_value(sources),
        sources=sources,
    )


def _reason_without_value(sources: tuple[Source, ...]) -> DenialReason:
    """Why a feature whose sources give 0 is denied."""
    overridden = any(source.is_override for source in sources)
    return DenialReason.REVOKED if overridden else DenialReason.NOT_IN_SUBSCRIPTION


def _evaluate_customizable(feature: str, base: tuple[Source, ...], grants: tuple[Source, ...]) -> Entitlement:
    """The greatest value of the base, plus the grants: plans with 5 and 20 seats and a grant of 3 make 23."""
    sources = base + grants
    unlimited = any(source.unlimited for source in sources)
    value = max((source.value or 0 for source in base), default=0) + sum(grant.value or 0 for grant in grants)
    has_access = unlimited or value > 0
    return Entitlement(
        feature=feature,
        feature_type=FeatureType.CUSTOMIZABLE,
        has_access=has_access,
        reason=None if has_access else _reason_without_value(sources),
        value=None if unlimited else value,
        unlimited=unlimited,
        sources=sources,
    )


def _evaluate_meter(feature: FeatureSources, check: FeatureCheck) -> Entitlement:
    """The answer of all levels. If usage does not add up, the level that leaves most answers."""
    balances = balances_at(feature, check.usage, check.at)
    return max((_evaluate_balance(check, balance) for balance in balances), key=_rank_offer)


def _evaluate_balance(check: FeatureCheck, balance: Balance) -> Entitlement:
    free = balance.remaining - check.held
    fits = not balance.hard_limit or (free > 0 and free >= check.requested)
    denial = DenialReason.REVOKED if balance.is_revoked else DenialReason.LIMIT_EXCEEDED
    return Entitlement(
        feature=check.feature,
        feature_type=FeatureType.METER,
        has_access=fits,
        reason=None if fits else denial,
        value=None if balance.unlimited else balance.limit,
        unlimited=balance.unlimited,
        hard_limit=balance.hard_limit,
        used=balance.used,
        held=check.held,
        carried=0 if balance.unlimited else balance.carried,
        remaining=None if balance.unlimited else balance.remaining,
        window=balance.window,
        balance=balance,
    )


def _rank_offer(offer: Entitlement) -> tuple[bool, bool, Number]:
    """Access first, then unlimited, then the most that remains."""
    return offer.has_access, offer.unlimited, offer.remaining or 0
