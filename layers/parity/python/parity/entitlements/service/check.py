"""Answers checks from what the store has read.

Imports only what a check needs, because a function's start waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.entitlements.rules.evaluation import DenialReason, Entitlement, FeatureCheck, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.entitlements.store.checks import CheckData


def check(
    data: CheckData, at: datetime, features: Iterable[str] | None = None, requested: int = 0
) -> list[Entitlement]:
    """One entitlement per feature named. Where none are named, one per feature that the customer has then."""
    snapshot = data.snapshot
    if snapshot is None:
        return [_deny_unknown_customer(feature) for feature in features or ()]
    if features is None:
        answers = check(data, at, snapshot.features, requested)
        return [entitlement for entitlement in answers if entitlement.sources]
    return [evaluate(snapshot, _feature_check(data, feature, at, requested)) for feature in features]


def _feature_check(data: CheckData, feature: str, at: datetime, requested: int) -> FeatureCheck:
    return FeatureCheck(
        feature=feature,
        at=at,
        usage=data.usage(feature),
        requested=requested,
        held=data.amount_held(feature, at),
    )


def _deny_unknown_customer(feature: str) -> Entitlement:
    return Entitlement(
        feature=feature, feature_type=None, has_access=False, reason=DenialReason.CUSTOMER_NOT_FOUND
    )
