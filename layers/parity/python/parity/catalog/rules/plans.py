"""Plans and their versions (docs/contract.md, "Catalogue").

Only a draft can be changed; a published version never changes. A subscription keeps the version that it
started with until it is updated or migrated.
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
from parity.core.versions import is_identical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.feature_types import FeatureType


class PriceType(StrEnum):
    FREE = "FREE"
    PAID = "PAID"
    CUSTOM = "CUSTOM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a plan costs per charge period. `amount` is a decimal text; `trial_days` is 0 without a trial."""

    charge_period: ChargePeriod
    price_type: PriceType
    amount: str = "0.00"
    currency: str = "USD"
    trial_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntitlement:
    """What a plan gives of one feature, by its identifier.

    `value` is 1 or 0 for a BOOLEAN feature, and None where usage is unlimited. `adds_up`: whether usage of
    a METER feature consists of amounts that add up, which that of a MAX does not.
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
    adds_up: bool = True


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
    """What a caller sends to create a plan. An identifier left out is derived from the name."""

    name: str
    identifier: str | None = None
    description: str | None = None
    metadata: Mapping[str, Any] | None = None
    max_per_customer: int | None = None


PLAN_FIELDS = frozenset({"max_per_customer"})
"""What is changed of the plan itself, and not of a version: it applies at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a plan is apart from its versions. `published` and `draft` are version numbers, or None.

    A plan has at least one of the two. `name`, `description` and `metadata` are those of its current version.
    `max_per_customer` is how many live subscriptions to it a customer may have; None is any number.
    `version` counts the changes to the plan and to its draft.
    """

    id: str
    identifier: str
    name: str
    description: str | None = None
    metadata: Mapping[str, Any] | None = None
    max_per_customer: int | None = None
    published: int | None
    draft: int | None
    archived_on: datetime | None
    version: int
    created_on: datetime
    modified_on: datetime

    @property
    def current(self) -> int:
        """The number of the version that is sold; of a plan that was never published, the draft's."""
        return self.published or self.newest

    @property
    def newest(self) -> int:
        """The number of the newest version: the draft, or without one the published version."""
        return self.draft or self.published or 1


@dataclass(frozen=True, slots=True)
class PlanAtVersion:
    """A plan and one of its versions."""

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
        max_per_customer=draft.max_per_customer,
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


def change_plan(plan_at_version: PlanAtVersion, changes: Mapping[str, Any], now: datetime) -> PlanAtVersion:
    """The plan with these fields replaced in its draft; the same object if nothing changes.

    `plan_at_version` has the plan's newest version. If that is published, the draft is the version after it:
    changing a plan whose version 1 is published makes version 2. Fields of the plan itself make no draft.
    Raises PlanIsArchivedError.
    """
    plan, version = plan_at_version.plan, plan_at_version.version
    check_not_archived(plan)
    own = {name: value for name, value in changes.items() if name in PLAN_FIELDS}
    changed = replace(version, **{name: value for name, value in changes.items() if name not in PLAN_FIELDS})
    if is_identical(changed, version):
        if replace(plan, **own) == plan:
            return plan_at_version
        return PlanAtVersion(_with_next_version(plan, now, **own), version)
    number = plan.draft or version.number + 1
    draft = replace(changed, number=number, published_on=None)
    shown = {} if plan.published else _shown_fields(draft)
    return PlanAtVersion(_with_next_version(plan, now, draft=number, **shown, **own), draft)


def publish_draft(plan_at_version: PlanAtVersion, now: datetime) -> PlanAtVersion:
    """The plan with its draft published, as the version that is sold.

    Raises PlanIsArchivedError, PlanHasNoPriceError, and PlanAlreadyPublishedError if there is no draft.
    """
    plan, draft = plan_at_version.plan, plan_at_version.version
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
    """The plan without its draft; None if it was never published.

    Raises PlanIsArchivedError, PlanHasNoDraftError.
    """
    check_not_archived(plan)
    if plan.draft is None:
        raise PlanHasNoDraftError(plan.identifier)
    return _with_next_version(plan, now, draft=None) if plan.published else None


def archive_plan(plan: Plan, now: datetime) -> Plan:
    """Raises PlanIsArchivedError if it is archived already."""
    check_not_archived(plan)
    return _with_next_version(plan, now, archived_on=now)


def _with_next_version(plan: Plan, now: datetime, **changes: Any) -> Plan:  # noqa: ANN401
    return replace(plan, **changes, version=plan.version + 1, modified_on=now)


def _shown_fields(version: PlanVersion) -> dict[str, Any]:
    return {"name": version.name, "description": version.description, "metadata": version.metadata}
