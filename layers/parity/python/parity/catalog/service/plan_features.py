"""What a plan says of features: adding, changing and removing entitlements of its draft."""

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
    """What a caller says of one feature, by its identifier or id."""

    feature: str
    details: EntitlementDetails


def add_plan_features(
    store: PlanStore,
    features: FeatureStore,
    target: PlanToChange,
    added: Sequence[PlanFeatureDraft],
    record: Recorder = no_record,
) -> PlanAtVersion:
    """Raises PlanFeatureAlreadyExistsError, InvalidFieldsError, and what `edit_plan` raises."""
    entitlements = _make_entitlements(added, features.get_many(each.feature for each in added))

    def change(version: PlanVersion) -> Mapping[str, Any]:
        if taken := [each.feature for each in entitlements if version.entitlement(each.feature)]:
            raise PlanFeatureAlreadyExistsError(version.plan, taken)
        together = (*version.entitlements, *entitlements)
        if len(together) > MAX_ENTITLEMENTS:
            raise _problem("plan_entitlements", f"would be more than the {MAX_ENTITLEMENTS} that fit a plan.")
        return {"entitlements": together}

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
    return f"is archived: {feature.identifier!r}." if feature.archived_on else "is there twice."


def _problem(field: str, text: str) -> InvalidFieldsError:
    return InvalidFieldsError(FieldProblem(field, text))


def update_plan_feature(
    store: PlanStore,
    features: FeatureStore,
    target: PlanToChange,
    feature: str,
    changes: Mapping[str, Any],
) -> tuple[PlanAtVersion, PlanEntitlement]:
    """Replaces the named details. Raises PlanFeatureNotFoundError, and what `edit_plan` raises."""
    known = features.get(feature)

    def change(version: PlanVersion) -> Mapping[str, Any]:
        old = _get_entitlement(version, known.identifier)
        new = new_entitlement(known, merge_details(old, changes), "details")
        return {"entitlements": tuple(new if each is old else each for each in version.entitlements)}

    edition = edit_plan(store, target, change)
    return edition, _get_entitlement(edition.version, known.identifier)


def remove_plan_feature(
    store: PlanStore, features: FeatureStore, target: PlanToChange, feature: str
) -> PlanAtVersion:
    """Raises PlanFeatureNotFoundError, and what `edit_plan` raises."""
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
