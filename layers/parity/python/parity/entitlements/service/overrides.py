"""Overrides and grants: what one customer gets beside or in place of its plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import FeatureIsArchivedError
from parity.catalog.rules.features import Feature, FeatureType
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.overrides import Adjustment

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.rules.sources import SourceKind
    from parity.entitlements.store.overrides import AdjustmentStore


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentDraft:
    """What a caller gives; `value` is None where unlimited, `reset` None for the windows of the plans."""

    kind: SourceKind
    value: int | None
    unlimited: bool = False
    hard_limit: bool = True
    reset: Reset | None = None
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    note: str | None = None
    expires_on: datetime | None = None


def set_adjustment(
    store: AdjustmentStore, known: Feature, customer_id: str, draft: AdjustmentDraft, now: datetime
) -> Adjustment:
    """Sets or replaces the customer's override, or grant, of the feature.

    Raises FeatureIsArchivedError, InvalidFieldsError, CustomerNotFoundError, CustomerIsArchivedError.
    """
    if known.archived_on:
        raise FeatureIsArchivedError(known.identifier)
    _check(known, draft, now)
    adjustment = Adjustment(
        kind=draft.kind,
        feature=known.identifier,
        feature_type=known.feature_type,
        value=None if draft.unlimited else draft.value,
        unlimited=draft.unlimited,
        hard_limit=draft.hard_limit and not draft.unlimited,
        reset=draft.reset,
        reset_time=draft.reset_time,
        note=draft.note,
        created_on=now,
        expires_on=draft.expires_on,
    )
    store.put(customer_id, adjustment)
    return adjustment


def _check(feature: Feature, draft: AdjustmentDraft, now: datetime) -> None:
    if draft.value is None and not draft.unlimited:
        raise InvalidFieldsError(FieldProblem("value", "is required unless hasUnlimitedUsage is true."))
    if feature.feature_type is FeatureType.BOOLEAN and (draft.unlimited or draft.value not in {0, 1}):
        raise InvalidFieldsError(FieldProblem("value", "must be true or false for a BOOLEAN feature."))
    if feature.feature_type is not FeatureType.METER and draft.reset:
        raise InvalidFieldsError(FieldProblem("reset", "is for METER features only."))
    if draft.expires_on and draft.expires_on <= now:
        raise InvalidFieldsError(FieldProblem("expires_on", "must be in the future."))


def list_adjustments(customers: CustomerStore, store: AdjustmentStore, customer_id: str) -> list[Adjustment]:
    """Overrides first, by feature; expired ones included. Raises CustomerNotFoundError."""
    customers.get(customer_id)
    return store.of_customer(customer_id)


def remove_adjustment(
    store: AdjustmentStore, features: FeatureStore, customer_id: str, kind: SourceKind, feature: str
) -> None:
    """Raises FeatureNotFoundError, AdjustmentNotFoundError."""
    store.delete(customer_id, kind, features.get(feature).identifier)
