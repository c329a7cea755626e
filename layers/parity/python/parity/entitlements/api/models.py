"""The models of rich entitlements, and what entries of a check have in common with them."""

from __future__ import annotations

from typing import Annotated

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.periods import Reset
from parity.entitlements.rules.evaluation import DenialReason
from parity.entitlements.rules.sources import SourceKind
from parity.http.declarations import Field, Query
from parity.http.models import ResponseModel, WholeNumber
from parity.http.moments import EXAMPLE, Moment

MomentQuery = Annotated[
    Moment | None, Query(description=f"The answer at this moment instead of now, such as {EXAMPLE}.")
]
RequestedUsage = Annotated[
    WholeNumber,
    Query(
        alias="requestedUsage", ge=0, le=MAX_EXACT_INTEGER, description="Answer whether so much more fits."
    ),
]


class AnyEntitlement(ResponseModel):
    """What entries and rich entitlements have in common."""

    feature_id: str
    has_access: bool
    feature_type: FeatureType | None
    reset_at: Annotated[str | None, Field(description="UTC, as `YYYY-MM-DD HH:MM:SS`.")]
    hard_limit: bool | None
    usage_limit: Annotated[int | None, Field(description="With the amount carried into the window.")]


class EntitlementSource(ResponseModel):
    """What gives a part of an entitlement, and for how long."""

    type: SourceKind
    id: str
    plan_identifier: str | None
    plan_version: int | None
    value: int | None
    unlimited: bool
    hard_limit: bool
    reset: Reset | None
    valid_from: str
    valid_until: str | None


class RichEntitlement(AnyEntitlement):
    """An entitlement with its sources, times and reason, and with fractions where usage has them."""

    current_usage: int | float | None
    remaining: Annotated[
        int | float | None,
        Field(description="The limit less what is used. Reserved amounts are not used yet."),
    ]
    reserved: Annotated[
        int | None,
        Field(description="Held by reservations that are pending, and not available to others."),
    ]
    rolled_over: Annotated[int | None, Field(description="The part of the limit that was carried over.")]
    unlimited: bool
    value: int | None
    access_denied_reason: DenialReason | None
    valid_from: str | None
    valid_until: str | None
    usage_period_start: str | None
    usage_period_end: str | None
    sources: list[EntitlementSource]


class RichEntitlements(ResponseModel):
    customer_id: str
    as_of: str
    entitlements: list[RichEntitlement]
