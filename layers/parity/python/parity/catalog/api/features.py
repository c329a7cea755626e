"""Requests and answers about features (docs/contract.md, "Catalogue")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from parity.catalog.api.meters import MeterModel
from parity.catalog.api.parameters import Immutable, Slug
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, MeterKind
from parity.http.declarations import Field, Response
from parity.http.models import (
    Description,
    Ignored,
    Metadata,
    RequestModel,
    ResponseModel,
    Text,
    Timestamp,
)
from parity.http.paging import PageModel
from parity.http.preconditions import response_with_etag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.catalog.rules.features import Feature


class UnitsModel(RequestModel):
    """The name of one unit of the feature and of several, such as `seat` and `seats`."""

    singular: Text
    plural: Text


class FeatureDetailsModel(RequestModel):
    """Only METER features have a sub-type. Left out, it is PRE_AGGREGATED_USAGE."""

    feature_sub_type: MeterKind | None = None
    units: UnitsModel | None = None
    customer_unit: Ignored = None


class FeatureCreate(RequestModel):
    """A METER feature of the sub-type RAW_EVENTS needs a `meter`. No other feature has one."""

    name: Text
    feature_type: FeatureType
    identifier: Slug | None = None
    description: Description | None = None
    feature_details: FeatureDetailsModel | None = None
    meter: MeterModel | None = None
    metadata: Metadata | None = None

    def to_draft(self) -> FeatureDraft:
        details = self.feature_details or FeatureDetailsModel()
        return FeatureDraft(
            name=self.name,
            feature_type=self.feature_type,
            identifier=self.identifier,
            meter_kind=details.feature_sub_type,
            meter=self.meter.model_dump(by_alias=True, mode="json") if self.meter else None,
            units=details.units.model_dump() if details.units else None,
            description=self.description,
            metadata=self.metadata,
        )


class FeatureUpdate(RequestModel):
    """A field left out stays as it is; null clears it. The name cannot be cleared."""

    identifier: Immutable = None
    feature_type: Immutable = None
    name: Annotated[Text, Field(default_factory=str)]
    """`changes` has only the fields that were sent, so the default is never used."""
    description: Description | None = None
    metadata: Metadata | None = None

    def changes(self) -> Mapping[str, Any]:
        """The fields that were sent, by the names of the attributes of `Feature`."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class FeatureModel(ResponseModel):
    """A feature; `meter` says how raw events are aggregated."""

    id: str
    identifier: str
    name: str
    description: str | None
    feature_type: FeatureType
    feature_details: FeatureDetailsModel | None
    meter: MeterModel | None
    details: dict[str, Any]
    is_archived: bool
    metadata: dict[str, Any] | None
    version: int
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, feature: Feature) -> Self:
        return cls(
            id=feature.id,
            identifier=feature.identifier,
            name=feature.name,
            description=feature.description,
            feature_type=feature.feature_type,
            feature_details=_details(feature),
            meter=MeterModel.model_validate(feature.meter) if feature.meter else None,
            details={},
            is_archived=feature.archived_on is not None,
            metadata=dict(feature.metadata) if feature.metadata is not None else None,
            version=feature.version,
            created_on=feature.created_on,
            modified_on=feature.modified_on,
        )


def _details(feature: Feature) -> FeatureDetailsModel | None:
    if feature.meter_kind is None and feature.units is None:
        return None
    units = UnitsModel.model_validate(feature.units) if feature.units else None
    return FeatureDetailsModel(feature_sub_type=feature.meter_kind, units=units)


FeaturePage = PageModel[FeatureModel]


def feature_response(feature: Feature) -> Response[FeatureModel]:
    """200 with the feature and its ETag."""
    return response_with_etag(FeatureModel.of(feature), feature.version)


def created_feature_response(feature: Feature) -> Response[FeatureModel]:
    """201 with the feature, its ETag and its address."""
    location = f"/api/v1/catalog/features/{feature.identifier}"
    return response_with_etag(FeatureModel.of(feature), feature.version, 201, location)
