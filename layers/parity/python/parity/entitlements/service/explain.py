"""Checks that say why access is denied, one by one and in batches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.identifiers import is_possible_identifier
from parity.customers.rules.errors import CustomerNotFoundError
from parity.entitlements.rules.evaluation import DenialReason
from parity.entitlements.service.check import check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.store.checks import CheckStore

WORKERS = 8


def explain(  # noqa: PLR0913, PLR0917 - a question and where to look
    store: CheckStore,
    features: FeatureStore,
    customer_id: str,
    feature: str | None,
    at: datetime,
    requested: int,
) -> list[Entitlement]:
    """With the reason of each denial; one request more where a feature may not exist at all.

    Raises CustomerNotFoundError.
    """
    checked = store.checked(customer_id)
    if checked.snapshot is None:
        raise CustomerNotFoundError(customer_id)
    if feature is None:
        return check(checked, at, None, requested)
    (answer,) = check(checked, at, [feature], requested)
    if answer.feature_type is None and not checked.snapshot.archived and not _exists(features, feature):
        answer = replace(answer, reason=DenialReason.FEATURE_NOT_FOUND)
    return [answer]


def _exists(features: FeatureStore, feature: str) -> bool:
    return is_possible_identifier(feature) and bool(features.get_many([feature]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question of a batch: whether this customer may use `requested` more of this feature."""

    customer_id: str
    feature: str
    requested: int = 0


def check_many(store: CheckStore, checks: Sequence[Check], at: datetime) -> list[Entitlement]:
    """In the order asked; each customer is read once, several at a time."""
    customer_ids = list(dict.fromkeys(each.customer_id for each in checks))
    with ThreadPoolExecutor(WORKERS) as workers:
        read = dict(zip(customer_ids, workers.map(store.checked, customer_ids), strict=True))
    return [
        entitlement
        for each in checks
        for entitlement in check(read[each.customer_id], at, [each.feature], each.requested)
    ]
