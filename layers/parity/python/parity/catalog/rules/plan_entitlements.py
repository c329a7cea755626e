"""What a plan may give of a feature, by the type of the feature (docs/contract.md, "Catalogue")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.aggregation_functions import adds_up
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.meters import aggregation_of
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import Reset, ResetTime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parity.catalog.rules.features import Feature

MAX_ENTITLEMENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementDetails:
    """What a caller gives of one feature. `value` is true or false for BOOLEAN, else a whole number."""

    value: bool | int | None = None
    unlimited: bool = False
    hard_limit: bool = True
    reset: Reset = Reset.NEVER
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    rollover: Mapping[str, Any] | None = None
    usage_alerts: Mapping[str, Any] | None = None


def new_entitlement(feature: Feature, details: EntitlementDetails, at: str) -> PlanEntitlement:
    """Raises InvalidFieldsError with the wrong fields, as paths below `at`."""
    if problems := tuple(_problems(feature.feature_type, details)):
        raise InvalidFieldsError(*(FieldProblem(f"{at}/{field}", text) for field, text in problems))
    return PlanEntitlement(
        feature=feature.identifier,
        feature_type=feature.feature_type,
        value=_stored_value(feature.feature_type, details),
        unlimited=details.unlimited,
        hard_limit=details.hard_limit and not details.unlimited,
        reset=details.reset,
        reset_time=details.reset_time,
        rollover=details.rollover,
        usage_alerts=details.usage_alerts,
        adds_up=adds_up(aggregation_of(feature)),
    )


def merge_details(entitlement: PlanEntitlement, changes: Mapping[str, Any]) -> EntitlementDetails:
    """The details of the entitlement with these fields replaced.

    A value makes unlimited usage limited. The limit is hard then, unless `changes` has `hard_limit` False.
    """
    old = details_of(entitlement)
    if old.unlimited and changes.get("value") is not None:
        changes = {"unlimited": False, **changes}
    new = replace(old, **changes)
    if old.unlimited and not new.unlimited and "hard_limit" not in changes:
        return replace(new, hard_limit=True)
    return new


def details_of(entitlement: PlanEntitlement) -> EntitlementDetails:
    """The details that give this entitlement: for BOOLEAN, `value` is True or False again."""
    is_switch = entitlement.feature_type is FeatureType.BOOLEAN
    return EntitlementDetails(
        value=bool(entitlement.value) if is_switch else entitlement.value,
        unlimited=entitlement.unlimited,
        hard_limit=entitlement.hard_limit,
        reset=entitlement.reset,
        reset_time=entitlement.reset_time,
        rollover=entitlement.rollover,
        usage_alerts=entitlement.usage_alerts,
    )


def _stored_value(feature_type: FeatureType, details: EntitlementDetails) -> int | None:
    if details.unlimited:
        return None
    if feature_type is FeatureType.BOOLEAN:
        return int(details.value is not False)
    return details.value


def _problems(feature_type: FeatureType, details: EntitlementDetails) -> Iterator[tuple[str, str]]:
    if feature_type is FeatureType.BOOLEAN:
        yield from _switch_problems(details)
    else:
        yield from _number_problems(details)
    if feature_type is not FeatureType.METER:
        yield from _unmetered_problems(details)
    elif details.reset is Reset.NEVER and (details.rollover or {}).get("enabled"):
        yield "rollover", "needs a reset other than NEVER."


def _switch_problems(details: EntitlementDetails) -> Iterator[tuple[str, str]]:
    if not (details.value is None or isinstance(details.value, bool)):
        yield "value", "must be true or false for a BOOLEAN feature."
    if details.unlimited:
        yield "has_unlimited_usage", "does not belong to a BOOLEAN feature."


def _number_problems(details: EntitlementDetails) -> Iterator[tuple[str, str]]:
    if isinstance(details.value, bool):
        yield "value", "must be a whole number."
    if details.value is None and not details.unlimited:
        yield "value", "is required, unless hasUnlimitedUsage is true."


def _unmetered_problems(details: EntitlementDetails) -> Iterator[tuple[str, str]]:
    if details.reset is not Reset.NEVER:
        yield "reset", "belongs to features of the type METER only."
    if (details.rollover or {}).get("enabled"):
        yield "rollover", "belongs to features of the type METER only."
    if (details.usage_alerts or {}).get("enabled"):
        yield "usage_alerts", "belongs to features of the type METER only."
