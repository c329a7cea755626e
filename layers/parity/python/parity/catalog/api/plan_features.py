"""Requests and answers about the features of a plan (docs/contract.md, "Catalogue")."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.plan_entitlements import MAX_ENTITLEMENTS, EntitlementDetails, details_of
from parity.catalog.service.plan_features import PlanFeatureDraft
from parity.core.numbers import MAX_EXACT_INTEGER, read_integer
from parity.core.periods import Reset, ResetTime
from parity.http.declarations import AfterValidator, Field, Response, StrictBool, WithJsonSchema
from parity.http.models import Ignored, Integer, RequestModel, ResponseModel, Text
from parity.http.preconditions import response_with_etag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.catalog.rules.plans import PlanAtVersion, PlanEntitlement

MAX_THRESHOLDS = 20
DETAIL_NAMES = {"has_unlimited_usage": "unlimited"}
"""Attributes of `EntitlementDetails` whose name differs from that of the field."""


def check_value(value: Any, least: int = 0) -> bool | int:  # noqa: ANN401
    """One check in place of a union of types: pydantic names the types of a union in the field's path."""
    if isinstance(value, bool):
        return value
    integer = read_integer(value)
    if integer is not None and least <= integer <= MAX_EXACT_INTEGER:
        return integer
    raise ValueError(
        f"must be a whole number from {least} to {MAX_EXACT_INTEGER}, or true or false for a BOOLEAN feature."
    )


def _check_optional_value(value: Any) -> bool | int | None:  # noqa: ANN401
    return None if value is None else check_value(value)


Count = Annotated[Integer, Field(ge=0, le=MAX_EXACT_INTEGER)]
Value = Annotated[
    Any,
    AfterValidator(_check_optional_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "boolean"},
                {"type": "integer", "minimum": 0, "maximum": MAX_EXACT_INTEGER},
                {"type": "null"},
            ],
            "description": "BOOLEAN: true (the default) or false. CUSTOMIZABLE and METER: a whole number, or "
            "null with `hasUnlimitedUsage`.",
        }
    ),
]


class RolloverModel(RequestModel):
    """The percentage of the unused value that is added to the next window, and the most that is added."""

    enabled: StrictBool = False
    percentage: Annotated[Integer, Field(ge=0, le=100)] = 100
    limit: Count | None = None


class UsageAlertsModel(RequestModel):
    """The thresholds that send an alert: percentages of the limit that are used, or values that are left."""

    enabled: StrictBool = False
    thresholds: Annotated[list[Count], Field(max_length=MAX_THRESHOLDS, default_factory=list)]
    threshold_type: Literal["PERCENTAGE", "BALANCE"] = "PERCENTAGE"


class EntitlementDetailsModel(RequestModel):
    """Resets, rollover and alerts are for METER features. Unlimited usage has no value and no hard limit."""

    value: Value = None
    has_unlimited_usage: StrictBool = False
    hard_limit: StrictBool = True
    reset: Reset = Reset.NEVER
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    rollover: RolloverModel | None = None
    usage_alerts: UsageAlertsModel | None = None
    is_inherited: Ignored = None
    is_value_overridden: Ignored = None

    def changes(self) -> Mapping[str, Any]:
        """The fields that were sent, by the names of the attributes of `EntitlementDetails`."""
        sent = self.model_dump(exclude_unset=True)
        for name in ("rollover", "usage_alerts"):
            if sent.get(name):
                sent[name] = getattr(self, name).model_dump()
        return {DETAIL_NAMES.get(name, name): value for name, value in sent.items()}

    @classmethod
    def of(cls, entitlement: PlanEntitlement) -> Self:
        details = details_of(entitlement)
        return cls(
            value=details.value,
            has_unlimited_usage=details.unlimited,
            hard_limit=details.hard_limit,
            reset=details.reset,
            reset_time=details.reset_time,
            rollover=RolloverModel.model_validate(details.rollover) if details.rollover else None,
            usage_alerts=UsageAlertsModel.model_validate(details.usage_alerts)
            if details.usage_alerts
            else None,
        )


class PlanEntitlementCreate(RequestModel):
    feature: Annotated[Text, Field(description="The feature's identifier or id.")]
    details: EntitlementDetailsModel = EntitlementDetailsModel()


class PlanFeaturesAdd(RequestModel):
    plan_entitlements: Annotated[
        list[PlanEntitlementCreate], Field(min_length=1, max_length=MAX_ENTITLEMENTS)
    ]

    def to_features(self) -> list[PlanFeatureDraft]:
        return [
            PlanFeatureDraft(each.feature, EntitlementDetails(**each.details.changes()))
            for each in self.plan_entitlements
        ]


class PlanFeatureUpdate(RequestModel):
    """A detail left out stays as it is. A value makes unlimited usage limited."""

    details: EntitlementDetailsModel


class PlanFeatureModel(ResponseModel):
    """What the plan gives of one feature. `feature` is the feature's identifier."""

    feature: str
    feature_type: FeatureType
    details: EntitlementDetailsModel

    @classmethod
    def of(cls, entitlement: PlanEntitlement) -> Self:
        return cls(
            feature=entitlement.feature,
            feature_type=entitlement.feature_type,
            details=EntitlementDetailsModel.of(entitlement),
        )


class PlanFeatureList(ResponseModel):
    """All features of one version of the plan, in the order in which they were added."""

    count: int
    next: None = None
    previous: None = None
    plan_version: int
    results: list[PlanFeatureModel]


def plan_features_response(plan_at_version: PlanAtVersion, status: int = 200) -> Response[PlanFeatureList]:
    entitlements = plan_at_version.version.entitlements
    body = PlanFeatureList(
        count=len(entitlements),
        plan_version=plan_at_version.version.number,
        results=[PlanFeatureModel.of(each) for each in entitlements],
    )
    return response_with_etag(body, plan_at_version.plan.version, status)


added_plan_features_response = partial(plan_features_response, status=201)


def plan_feature_response(
    plan_at_version: PlanAtVersion, entitlement: PlanEntitlement
) -> Response[PlanFeatureModel]:
    return response_with_etag(PlanFeatureModel.of(entitlement), plan_at_version.plan.version)
