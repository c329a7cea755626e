"""Plans and their versions: a draft is edited, a published version never changes (WIRE.md section 7).

A subscription is pinned to the version that it started with, until it is migrated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.errors import (
    PlanAlreadyPublishedError,
    PlanHasNoDraftError,
    PlanHasNoPriceError,
    PlanIsArchivedError,
)
from parity.core.periods import ChargePeriod, Reset, ResetTime
from parity.core.versions import is_same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.features import FeatureType


class PriceType(StrEnum):
    FREE = "FREE"
    PAID = "PAID"
    CUSTOM = "CUSTOM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a plan costs per charge period; `amount` is a decimal text, `trial_days` 0 without a trial."""

    charge_period: ChargePeriod
    price_type: PriceType
    amount: str = "0.00"
    currency: str = "USD"
    trial_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntitlement:
    """What a plan gives of one feature, by its identifier.

    `value` is 1 or 0 for a BOOLEAN feature, and None where usage is unlimited.
    """

    feature: str
    feature_type: FeatureType
    value: int | None = None
    unlimited: bool = False
    hard_limit: bool = True
    reset: Reset = Reset.NEVER
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    rollover: Mapping[str, Any] | None = None
    usage_alerts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """One version of a plan; a draft until `published_on` is set."""

    plan: str
    number: int
    name: str
    description: str | None = None
    metadata: Mapping[str, Any] | None = None
    entitlements: tuple[PlanEntitlement, ...] = ()
    prices: tuple[Price, ...] = ()
    published_on: datetime | None = None

    def price(self, charge_period: ChargePeriod) -> Price | None:
        return next((price for price in self.prices if price.charge_period is charge_period), None)

    def entitlement(self, feature: str) -> PlanEntitlement | None:
        return next((each for each in self.entitlements if each.feature == feature), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """What a caller gives to create a plan; the identifier is derived from the name when left out."""

    name: str
    identifier: str | None = None
    description: str | None = None
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What stays the same across versions. `publish_draft` and `draft` are version numbers, None without one.

    A plan has at least one of the two. `name`, `description` and `metadata` are those of its current version.
    `version` is the plan's own, which grows with every change to the plan or to its draft.
    """

    id: str
    identifier: str
    name: str
    description: str | None = None
    metadata: Mapping[str, Any] | None = None
    published: int | None
    draft: int | None
    archived_on: datetime | None
    version: int
    created_on: datetime
    modified_on: datetime

    @property
    def current(self) -> int:
        """The version that is sold; the draft of a plan that was never published."""
        return self.published or self.newest

    @property
    def newest(self) -> int:
        """The version that changes start from: the draft, or the published one while there is none."""
        return self.draft or self.published or 1


@dataclass(frozen=True, slots=True)
class PlanAtVersion:
    """A plan together with one of its versions."""

    plan: Plan
    version: PlanVersion

    @property
    def is_latest(self) -> bool:
        return self.version.number == self.plan.published


def new_plan(draft: PlanDraft, *, id: str, identifier: str, now: datetime) -> PlanAtVersion:  # noqa: A002
    """A plan whose first version is a draft."""
    version = PlanVersion(
        plan=identifier,
        number=1,
        name=draft.name,
        description=draft.description,
        metadata=draft.metadata,
    )
    plan = Plan(
        id=id,
        identifier=identifier,
        **_shown_fields(version),
        published=None,
        draft=version.number,
        archived_on=None,
        version=1,
        created_on=now,
        modified_on=now,
    )
    return PlanAtVersion(plan, version)


def check_not_archived(plan: Plan) -> None:
    """Raises PlanIsArchivedError."""
    if plan.archived_on:
        raise PlanIsArchivedError(plan.identifier)


def change_draft(edition: PlanAtVersion, changes: Mapping[str, Any], now: datetime) -> PlanAtVersion:
    """The plan with a draft in which these fields are replaced; the same object if that changes nothing.

    `edition` has the version that changes start from; a published one stays as it is, the draft is the next.
    """
    plan, version = edition.plan, edition.version
    check_not_archived(plan)
    if is_same(replace(version, **changes), version):
        return edition
    number = plan.draft or version.number + 1
    draft = replace(version, **changes, number=number, published_on=None)
    shown = {} if plan.published else _shown_fields(draft)
    return PlanAtVersion(_with_next_version(plan, now, draft=number, **shown), draft)


def publish_draft(edition: PlanAtVersion, now: datetime) -> PlanAtVersion:
    """The draft as the version that is sold.

    Raises PlanIsArchivedError, PlanAlreadyPublishedError without a draft, PlanHasNoPriceError.
    """
    plan, draft = edition.plan, edition.version
    check_not_archived(plan)
    if plan.draft is None:
        raise PlanAlreadyPublishedError(plan.identifier, plan.current)
    if not draft.prices:
        raise PlanHasNoPriceError(plan.identifier)
    version = replace(draft, published_on=now)
    return PlanAtVersion(
        _with_next_version(plan, now, published=draft.number, draft=None, **_shown_fields(draft)), version
    )


def discard_draft(plan: Plan, now: datetime) -> Plan | None:
    """The plan without its draft; None if nothing is left of it. Raises PlanHasNoDraftError."""
    check_not_archived(plan)
    if plan.draft is None:
        raise PlanHasNoDraftError(plan.identifier)
    return _with_next_version(plan, now, draft=None) if plan.published else None


def archive_plan(plan: Plan, now: datetime) -> Plan:
    check_not_archived(plan)
    return _with_next_version(plan, now, archived_on=now)


def _with_next_version(plan: Plan, now: datetime, **changes: Any) -> Plan:  # noqa: ANN401
    return replace(plan, **changes, version=plan.version + 1, modified_on=now)


def _shown_fields(version: PlanVersion) -> dict[str, Any]:
    return {"name": version.name, "description": version.description, "metadata": version.metadata}
