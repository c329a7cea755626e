"""Alerts as they go over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from parity.catalog.store.features import feature_store
from parity.entitlements.rules.sources import ThresholdType
from parity.entitlements.store.checks import check_store
from parity.http.declarations import Query
from parity.http.models import ResponseModel, Timestamp
from parity.usage.api.quantity import Quantity
from parity.usage.service.alert_listing import AlertListingStores
from parity.usage.store.alerts import alert_store

if TYPE_CHECKING:
    from typing import Self

    from parity.usage.rules.alerts import ListedAlert, RecordedAlert

AlertFeature = Annotated[
    str | None,
    Query(alias="featureId", description="Only alerts of this feature, by its identifier or its id."),
]


class ReachedThreshold(ResponseModel):
    """A threshold that was reached, with the usage and the limit at that time.

    A threshold that is reached again in the same period is another alert, with an id of its own.
    """

    id: str
    feature_id: str
    threshold_type: ThresholdType
    threshold_value: int
    usage_limit: int
    current_usage: Quantity
    period_start: Timestamp
    period_end: Timestamp | None
    subscription_id: str | None
    created_on: Timestamp


class UsageAlert(ReachedThreshold):
    """An alert of the customer; `published` is whether the event bus was told."""

    published: bool

    @classmethod
    def of(cls, recorded: RecordedAlert) -> Self:
        return cls(**alert_fields(recorded), published=recorded.published)


def alert_fields(recorded: RecordedAlert | ListedAlert) -> dict[str, Any]:
    """The fields that all alerts have."""
    alert = recorded.alert
    return {
        "id": recorded.id,
        "feature_id": alert.feature,
        "threshold_type": alert.threshold_type,
        "threshold_value": alert.threshold_value,
        "usage_limit": alert.usage_limit,
        "current_usage": alert.current_usage,
        "period_start": alert.window.start,
        "period_end": alert.window.end,
        "subscription_id": alert.subscription_id,
        "created_on": recorded.created_on,
    }


class UsageAlerts(ResponseModel):
    """Newest first."""

    customer_id: str
    results: list[UsageAlert]


def alert_listing_stores() -> AlertListingStores:
    return AlertListingStores(check_store(), feature_store(), alert_store())
