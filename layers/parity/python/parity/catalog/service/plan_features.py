"""Adding features to the draft of a plan, changing what it gives of them, and removing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.errors import PlanFeatureAlreadyExistsError, PlanFeatureNotFoundError
from parity.catalog.rules.plan_entitlements import MAX_ENTITLEMENTS, merge_details, new_entitlement
from parity.catalog.service.plans import edit_plan, no_record
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.identifiers import is_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parity.catalog.rules.features import Feature
    from parity.catalog.rules.plan_entitlements import EntitlementDetails
    from parity.catalog.rules.plans import PlanAtVersion, PlanEntitlement, PlanVersion
    from parity.catalog.service.plans import PlanToChange, Recorder
    from parity.catalog.store.features import FeatureStore
    from parity.catalog.store.plans import PlanStore


@dataclass(frozen=True, slots=True)
class PlanFeatureDraft:
    """What a caller wants the plan to give of one feature, named by its identifier or id."""

    feature: str
    details: EntitlementDetails


def add_plan_features(
    store: PlanStore,
    features: FeatureStore,
    target: PlanToChange,
    added: Sequence[PlanFeatureDraft],
    record: Recorder = no_record,
) -> PlanAtVersion:
    """Raises PlanFeatureAlreadyExistsError, InvalidFieldsError, and the errors of `edit_plan`."""
    entitlements = _make_entitlements(added, features.get_many(each.feature for each in added))

    def change(version: PlanVersion) -> Mapping[str, Any]:
        if existing := [each.feature for each in entitlements if version.entitlement(each.feature)]:
            raise PlanFeatureAlreadyExistsError(version.plan, existing)
        all_entitlements = (*version.entitlements, *entitlements)
        if len(all_entitlements) > MAX_ENTITLEMENTS:
            raise _problem("plan_entitlements", f"would be more than {MAX_ENTITLEMENTS} in all.")
        return {"entitlements": all_entitlements}

    return edit_plan(store, target, change, record)


def _make_entitlements(
    added: Sequence[PlanFeatureDraft], found: Mapping[str, Feature]
) -> list[PlanEntitlement]:
    entitlements: dict[str, PlanEntitlement] = {}
    for number, each in enumerate(added):
        at = f"plan_entitlements/{number}"
        feature = found.get(each.feature)
        if feature is None or feature.archived_on or feature.identifier in entitlements:
            raise _problem(f"{at}/feature", _describe_refusal(each.feature, feature))
        entitlements[feature.identifier] = new_entitlement(feature, each.details, f"{at}/details")
    return list(entitlements.values())


def _describe_refusal(asked: str, feature: Feature | None) -> str:
    if feature is None:
        return f"is not known: there is no feature {asked!r}."
    return f"is archived: {feature.identifier!r}." if feature.archived_on else "is given twice."


def _problem(field: str, text: str) -> InvalidFieldsError:
    return InvalidFieldsError(FieldProblem(field, text))


def update_plan_feature(
    store: PlanStore,
    features: FeatureStore,
    target: PlanToChange,
    feature: str,
    changes: Mapping[str, Any],
) -> tuple[PlanAtVersion, PlanEntitlement]:
    """Replaces these details.

    Raises PlanFeatureNotFoundError, InvalidFieldsError, and the errors of `edit_plan`.
    """
    known = features.get(feature)

    def change(version: PlanVersion) -> Mapping[str, Any]:
        old = _get_entitlement(version, known.identifier)
        new = new_entitlement(known, merge_details(old, changes), "details")
        return {"entitlements": tuple(new if each is old else each for each in version.entitlements)}

    plan_at_version = edit_plan(store, target, change)
    return plan_at_version, _get_entitlement(plan_at_version.version, known.identifier)


def remove_plan_feature(
    store: PlanStore, features: FeatureStore, target: PlanToChange, feature: str
) -> PlanAtVersion:
    """Raises PlanFeatureNotFoundError, and the errors of `edit_plan`."""
    known = features.get(feature).identifier if is_uuid(feature) else feature

    def change(version: PlanVersion) -> Mapping[str, Any]:
        old = _get_entitlement(version, known)
        return {"entitlements": tuple(each for each in version.entitlements if each is not old)}

    return edit_plan(store, target, change)


def _get_entitlement(version: PlanVersion, feature: str) -> PlanEntitlement:
    found = version.entitlement(feature)
    if found is None:
        raise PlanFeatureNotFoundError(version.plan, feature)
    return found
