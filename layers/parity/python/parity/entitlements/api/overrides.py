"""Overrides, and grants of the deprecated type, in requests and answers.

`Adjustment...` are the names of the schemas in docs/openapi.json, from which clients are generated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from parity.catalog.api.plan_features import RolloverModel, UsageAlertsModel, Value
from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.service.overrides import OverrideDraft
from parity.http.declarations import Field, Query, StrictBool
from parity.http.models import RequestModel, ResponseModel, Text, Timestamp
from parity.http.moments import Moment

if TYPE_CHECKING:
    from typing import Self

    from parity.entitlements.rules.overrides import Override


Kind = Literal[SourceKind.OVERRIDE, SourceKind.GRANT]
KIND_DESCRIPTION = (
    "`override` replaces what plans give. `grant` is deprecated in favour of `/grants`: it is one grant per "
    "feature, with the feature's identifier as its id."
)
OverrideKind = Annotated[Kind, Query(alias="type", description=KIND_DESCRIPTION)]


KEPT = Field(description="Null keeps that of the plans; not enabled, there is none.")


class AdjustmentSet(RequestModel):
    """`value` is true or false for a BOOLEAN feature, else a whole number.

    Without `expiresOn`, it never expires.
    """

    type: Annotated[Kind, Field(description=KIND_DESCRIPTION)] = SourceKind.OVERRIDE
    value: Value = None
    has_unlimited_usage: StrictBool = False
    hard_limit: StrictBool = True
    reset: Annotated[Reset | None, Field(description="Null takes the windows of the plans.")] = None
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    rollover: Annotated[RolloverModel | None, KEPT] = None
    usage_alerts: Annotated[UsageAlertsModel | None, KEPT] = None
    note: Text | None = None
    expires_on: Moment | None = None

    def to_draft(self) -> OverrideDraft:
        return OverrideDraft(
            kind=self.type,
            value=self.value,
            unlimited=self.has_unlimited_usage,
            hard_limit=self.hard_limit,
            reset=self.reset,
            reset_time=self.reset_time,
            rollover=self.rollover.model_dump() if self.rollover else None,
            usage_alerts=self.usage_alerts.model_dump() if self.usage_alerts else None,
            note=self.note,
            expires_on=self.expires_on,
        )


class AdjustmentModel(ResponseModel):
    """One override of a customer, or grant that PUT has set."""

    type: SourceKind
    feature_id: str
    feature_type: FeatureType
    value: int | bool | None
    has_unlimited_usage: bool
    hard_limit: bool
    reset: Reset | None
    reset_time: ResetTime
    rollover: Annotated[RolloverModel | None, KEPT]
    usage_alerts: Annotated[UsageAlertsModel | None, KEPT]
    note: str | None
    created_on: Timestamp
    modified_on: Timestamp
    expires_on: Timestamp | None

    @classmethod
    def of(cls, override: Override) -> Self:
        is_switch = override.feature_type is FeatureType.BOOLEAN
        return cls(
            type=override.kind,
            feature_id=override.feature,
            feature_type=override.feature_type,
            value=bool(override.value) if is_switch else override.value,
            has_unlimited_usage=override.unlimited,
            hard_limit=override.hard_limit,
            reset=override.reset,
            reset_time=override.reset_time,
            rollover=RolloverModel.model_validate(override.rollover) if override.rollover else None,
            usage_alerts=UsageAlertsModel.model_validate(override.usage_alerts)
            if override.usage_alerts
            else None,
            note=override.note,
            created_on=override.created_on,
            modified_on=override.modified_on,
            expires_on=override.expires_on,
        )


class AdjustmentList(ResponseModel):
    """All of a customer: at most one override and one such grant per feature."""

    count: int
    next: None = None
    previous: None = None
    results: list[AdjustmentModel]
