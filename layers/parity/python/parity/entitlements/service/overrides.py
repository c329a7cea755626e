"""Setting, listing and removing the overrides and grants of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import FeatureIsArchivedError
from parity.catalog.rules.feature_types import FeatureType
from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError
from parity.core.periods import Reset, ResetTime
from parity.dynamodb.optimistic import retry
from parity.entitlements.rules.errors import OverrideNotFoundError
from parity.entitlements.rules.overrides import Override
from parity.entitlements.service.recompute import snapshot_of_next_revision

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.rules.sources import SourceKind
    from parity.entitlements.store.holdings import EntitlementStore
    from parity.entitlements.store.overrides import OverrideStore


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideDraft:
    """What a caller sends.

    `value` is None where unlimited. Without a `reset`, it has the windows of the plans.
    """

    kind: SourceKind
    value: int | None
    unlimited: bool = False
    hard_limit: bool = True
    reset: Reset | None = None
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    note: str | None = None
    expires_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverrideStores:
    """The stores that changing an override needs."""

    overrides: OverrideStore
    entitlements: EntitlementStore


def set_override(
    stores: OverrideStores, feature: Feature, customer_id: str, draft: OverrideDraft, now: datetime
) -> Override:
    """Sets or replaces the customer's override or grant of the feature.

    Raises FeatureIsArchivedError, InvalidFieldsError, CustomerNotFoundError, CustomerIsArchivedError,
    BusyError.
    """
    if feature.archived_on:
        raise FeatureIsArchivedError(feature.identifier)
    _check_draft(feature, draft, now)
    override = Override(
        kind=draft.kind,
        feature=feature.identifier,
        feature_type=feature.feature_type,
        value=None if draft.unlimited else draft.value,
        unlimited=draft.unlimited,
        hard_limit=draft.hard_limit and not draft.unlimited,
        reset=draft.reset,
        reset_time=draft.reset_time,
        note=draft.note,
        created_on=now,
        expires_on=draft.expires_on,
    )

    def attempt() -> None:
        holdings = stores.entitlements.holdings(customer_id).with_override(override)
        stores.overrides.put(customer_id, override, snapshot_of_next_revision(holdings, now))

    retry(attempt, exhausted=BusyError)
    return override


def _check_draft(feature: Feature, draft: OverrideDraft, now: datetime) -> None:
    if draft.value is None and not draft.unlimited:
        raise InvalidFieldsError(FieldProblem("value", "is required unless hasUnlimitedUsage is true."))
    if feature.feature_type is FeatureType.BOOLEAN and (draft.unlimited or draft.value not in {0, 1}):
        raise InvalidFieldsError(FieldProblem("value", "must be true or false for a BOOLEAN feature."))
    if feature.feature_type is not FeatureType.METER and draft.reset:
        raise InvalidFieldsError(FieldProblem("reset", "is for METER features only."))
    if draft.expires_on and draft.expires_on <= now:
        raise InvalidFieldsError(FieldProblem("expires_on", "must be in the future."))


def list_overrides(customers: CustomerStore, store: OverrideStore, customer_id: str) -> list[Override]:
    """Overrides first, by feature; expired ones included. Raises CustomerNotFoundError."""
    customers.get(customer_id)
    return store.of_customer(customer_id)


def remove_override(
    stores: OverrideStores, customer_id: str, kind: SourceKind, feature: str, now: datetime
) -> None:
    """Removes the customer's override or grant of a feature, by the feature's identifier.

    Raises OverrideNotFoundError, BusyError.
    """

    def attempt() -> None:
        holdings = stores.entitlements.holdings(customer_id)
        left = holdings.without_override(kind, feature)
        snapshot = snapshot_of_next_revision(left, now)
        if snapshot is None or len(left.overrides) == len(holdings.overrides):
            raise OverrideNotFoundError(kind, feature)
        stores.overrides.delete(customer_id, kind, feature, snapshot)

    retry(attempt, exhausted=BusyError)
