"""Setting, listing and removing the overrides and grants of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.aggregation_functions import adds_up
from parity.catalog.rules.errors import FeatureIsArchivedError
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.meters import aggregation_of
from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError
from parity.core.periods import Reset, ResetTime
from parity.customers.rules.customers import check_active
from parity.customers.rules.errors import CustomerNotFoundError
from parity.dynamodb.optimistic import retry
from parity.entitlements.rules.errors import OverrideNotFoundError
from parity.entitlements.rules.overrides import Override, replace_override
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.service.recompute import next_larger_snapshot, snapshot_of_next_revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.store.holdings import EntitlementStore, Holdings
    from parity.entitlements.store.overrides import OverrideStore


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideDraft:
    """What a caller sends.

    `value` is None where unlimited. Without a `reset`, it has the windows of the plans.
    """

    kind: SourceKind
    value: int | bool | None
    unlimited: bool = False
    hard_limit: bool = True
    reset: Reset | None = None
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    rollover: Mapping[str, Any] | None = None
    usage_alerts: Mapping[str, Any] | None = None
    note: str | None = None
    starts_on: datetime | None = None
    expires_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverrideStores:
    """What changes of overrides work on."""

    entitlements: EntitlementStore
    overrides: OverrideStore
    features: FeatureStore


def set_override(
    stores: OverrideStores, customer_id: str, feature: str, draft: OverrideDraft, now: datetime
) -> Override:
    """Sets or replaces the customer's override or grant of the feature, which is named by identifier or id.

    Nothing is written if it is as the draft says already. Raises FeatureNotFoundError,
    FeatureIsArchivedError, InvalidFieldsError, CustomerNotFoundError, CustomerIsArchivedError,
    EntitlementsTooLargeError, VersionConflictError.
    """
    wanted = new_override(stores.features.get(feature), draft, now)

    def attempt() -> Override:
        holdings = read_active_holdings(stores.entitlements, customer_id)
        stored = holdings.override(wanted.kind, wanted.id)
        override = replace_override(stored, wanted, now)
        if override is not stored:
            snapshot = next_larger_snapshot(holdings.with_override(override), now)
            stores.overrides.put(customer_id, override, snapshot)
        return override

    return retry(attempt)


def read_active_holdings(store: EntitlementStore, customer_id: str) -> Holdings:
    """What the customer has. Raises CustomerNotFoundError, CustomerIsArchivedError, CustomerIsErasedError."""
    holdings = store.holdings(customer_id)
    if holdings.customer is None:
        raise CustomerNotFoundError(customer_id)
    check_active(holdings.customer)
    return holdings


def new_override(feature: Feature, draft: OverrideDraft, now: datetime) -> Override:
    """Raises FeatureIsArchivedError, InvalidFieldsError."""
    if feature.archived_on:
        raise FeatureIsArchivedError(feature.identifier)
    if problems := tuple(_find_problems(feature, draft, now)):
        raise InvalidFieldsError(*(FieldProblem(*problem) for problem in problems))
    return Override(
        kind=draft.kind,
        feature=feature.identifier,
        feature_type=feature.feature_type,
        value=None if draft.unlimited or draft.value is None else int(draft.value),
        unlimited=draft.unlimited,
        hard_limit=draft.hard_limit and not draft.unlimited,
        reset=draft.reset,
        reset_time=draft.reset_time,
        rollover=draft.rollover,
        usage_alerts=draft.usage_alerts,
        note=draft.note,
        created_on=now,
        modified_on=now,
        starts_on=draft.starts_on,
        expires_on=draft.expires_on,
        anchor=draft.starts_on or now,
        adds_up=adds_up(aggregation_of(feature)),
    )


def _find_problems(feature: Feature, draft: OverrideDraft, now: datetime) -> Iterator[tuple[str, str]]:
    yield from _find_value_problems(feature.feature_type, draft)
    yield from _find_meter_problems(feature.feature_type, draft)
    if draft.kind is SourceKind.GRANT and (draft.rollover or draft.usage_alerts):
        yield "rollover" if draft.rollover else "usage_alerts", "is for overrides only."
    if draft.expires_on and draft.expires_on <= now:
        yield "expires_on", "must be in the future."
    elif draft.expires_on and draft.starts_on and draft.expires_on <= draft.starts_on:
        yield "expires_on", "must be after startsOn."


def _find_value_problems(feature_type: FeatureType, draft: OverrideDraft) -> Iterator[tuple[str, str]]:
    is_switch = feature_type is FeatureType.BOOLEAN
    if draft.value is None and not draft.unlimited:
        yield "value", "is required unless hasUnlimitedUsage is true."
    elif is_switch and (draft.unlimited or draft.value not in {0, 1}):
        yield "value", "must be true or false for a BOOLEAN feature."
    elif isinstance(draft.value, bool) and not is_switch:
        yield "value", f"must be a number for a {feature_type} feature."


def _find_meter_problems(feature_type: FeatureType, draft: OverrideDraft) -> Iterator[tuple[str, str]]:
    if feature_type is not FeatureType.METER:
        fields = {"reset": draft.reset, "rollover": draft.rollover, "usage_alerts": draft.usage_alerts}
        yield from ((name, "is for METER features only.") for name, value in fields.items() if value)
    elif draft.reset is Reset.NEVER and draft.rollover and draft.rollover["enabled"]:
        yield "rollover", "needs a reset other than NEVER."


def list_overrides(customers: CustomerStore, store: OverrideStore, customer_id: str) -> list[Override]:
    """Overrides first, by feature; expired ones included. Of the grants, only those that PUT has set.

    Raises CustomerNotFoundError.
    """
    customers.get(customer_id)
    return [override for override in store.of_customer(customer_id) if not override.number]


def remove_override(
    stores: OverrideStores, customer_id: str, kind: SourceKind, feature: str, now: datetime
) -> None:
    """Of an archived customer, too. Raises FeatureNotFoundError, OverrideNotFoundError, BusyError."""
    identifier = stores.features.get(feature).identifier

    def find(holdings: Holdings) -> Override:
        override = holdings.override(kind, identifier)
        if override is None:
            raise OverrideNotFoundError(kind, identifier)
        return override

    remove_found(stores, customer_id, find, now)


def remove_found(
    stores: OverrideStores, customer_id: str, find: Callable[[Holdings], Override], now: datetime
) -> None:
    """Removes the override or grant that `find` returns. Raises what `find` raises, and BusyError."""

    def attempt() -> None:
        holdings = stores.entitlements.holdings(customer_id)
        override = find(holdings)
        left = holdings.without_override(override)
        stores.overrides.remove(customer_id, override, snapshot_of_next_revision(left, now), now)

    retry(attempt, exhausted=BusyError)
