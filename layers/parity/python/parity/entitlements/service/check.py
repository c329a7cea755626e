"""What a customer may do. Apart from how that came about: a check imports nothing that it does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.entitlements.rules.evaluation import DenialReason, Entitlement, Question, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.entitlements.store.checks import Checked


def check(
    checked: Checked, at: datetime, features: Iterable[str] | None = None, requested: int = 0
) -> list[Entitlement]:
    """One entitlement per feature asked for; without any, per feature that the customer has at the moment."""
    snapshot = checked.snapshot
    if snapshot is None:
        return [_unknown_customer(feature) for feature in features or ()]
    if features is None:
        found = check(checked, at, snapshot.features, requested)
        return [entitlement for entitlement in found if entitlement.sources]
    return [evaluate(snapshot, _question(checked, feature, at, requested)) for feature in features]


def _question(checked: Checked, feature: str, at: datetime, requested: int) -> Question:
    return Question(
        feature=feature,
        at=at,
        counters=checked.counters,
        requested=requested,
        held=checked.held(feature, at),
    )


def _unknown_customer(feature: str) -> Entitlement:
    return Entitlement(
        feature=feature, feature_type=None, has_access=False, reason=DenialReason.CUSTOMER_NOT_FOUND
    )
