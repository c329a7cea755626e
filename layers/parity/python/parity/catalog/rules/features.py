"""Features: what plans give to customers (docs/contract.md, "Catalogue")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.errors import FeatureIsArchivedError
from parity.catalog.rules.feature_types import FeatureType
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.versions import is_identical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


class MeterKind(StrEnum):
    """Whether clients report usage, or usage is aggregated from events."""

    PRE_AGGREGATED_USAGE = "PRE_AGGREGATED_USAGE"
    RAW_EVENTS = "RAW_EVENTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDraft:
    """What a caller sends to create a feature. An identifier left out is derived from the name."""

    name: str
    feature_type: FeatureType
    identifier: str | None = None
    meter_kind: MeterKind | None = None
    meter: Mapping[str, Any] | None = None
    units: Mapping[str, str] | None = None
    description: str | None = None
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """`meter` is the meter's definition as JSON. `identifier`, `feature_type` and `meter` never change."""

    id: str
    identifier: str
    name: str
    feature_type: FeatureType
    meter_kind: MeterKind | None
    meter: Mapping[str, Any] | None
    units: Mapping[str, str] | None
    description: str | None
    metadata: Mapping[str, Any] | None
    archived_on: datetime | None
    version: int
    created_on: datetime
    modified_on: datetime


def new_feature(draft: FeatureDraft, *, id: str, identifier: str, now: datetime) -> Feature:  # noqa: A002
    """Raises InvalidFieldsError with the fields that a feature of this type may not have, or lacks."""
    if problems := tuple(_problems(draft)):
        raise InvalidFieldsError(*problems)
    metered = draft.feature_type is FeatureType.METER
    return Feature(
        id=id,
        identifier=identifier,
        name=draft.name,
        feature_type=draft.feature_type,
        meter_kind=(draft.meter_kind or MeterKind.PRE_AGGREGATED_USAGE) if metered else None,
        meter=draft.meter,
        units=draft.units,
        description=draft.description,
        metadata=draft.metadata,
        archived_on=None,
        version=1,
        created_on=now,
        modified_on=now,
    )


def _problems(draft: FeatureDraft) -> Iterator[FieldProblem]:
    raw = draft.meter_kind is MeterKind.RAW_EVENTS
    if draft.feature_type is not FeatureType.METER and draft.meter_kind:
        yield FieldProblem("feature_details/feature_sub_type", "belongs to features of the type METER only.")
    if draft.feature_type is FeatureType.BOOLEAN and draft.units:
        yield FieldProblem("feature_details/units", "does not belong to a BOOLEAN feature.")
    if draft.meter and not raw:
        yield FieldProblem("meter", "belongs to METER features of the sub-type RAW_EVENTS only.")
    if raw and draft.feature_type is FeatureType.METER and not draft.meter:
        yield FieldProblem("meter", "is required for the sub-type RAW_EVENTS.")


def change_feature(feature: Feature, changes: Mapping[str, Any], now: datetime) -> Feature:
    """The feature with these fields replaced; the same object if nothing changes.

    Raises FeatureIsArchivedError.
    """
    if feature.archived_on:
        raise FeatureIsArchivedError(feature.identifier)
    if is_identical(replace(feature, **changes), feature):
        return feature
    return replace(feature, **changes, version=feature.version + 1, modified_on=now)


def archive_feature(feature: Feature, now: datetime) -> Feature:
    """Raises FeatureIsArchivedError if it is archived already."""
    if feature.archived_on:
        raise FeatureIsArchivedError(feature.identifier)
    return replace(feature, archived_on=now, version=feature.version + 1, modified_on=now)
