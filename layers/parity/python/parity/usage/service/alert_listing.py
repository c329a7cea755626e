"""Listing the alerts of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.usage.service.metered_features import read_metered_features

if TYPE_CHECKING:
    from parity.catalog.store.features import FeatureStore
    from parity.entitlements.store.checks import CheckStore
    from parity.usage.rules.alerts import RecordedAlert
    from parity.usage.store.alerts import AlertStore

MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class AlertListingStores:
    checks: CheckStore
    features: FeatureStore
    alerts: AlertStore


def list_alerts(stores: AlertListingStores, customer_id: str, feature: str | None) -> list[RecordedAlert]:
    """The latest 100 alerts, newest first, of one feature or of every feature that the customer has or used.

    Two Queries per feature. Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError.
    """
    names = None if feature is None else [feature]
    features = read_metered_features(stores.checks, stores.features, customer_id, names)
    found = [alert for each in features for alert in stores.alerts.list_latest(each.key, MAX_LISTED)]
    return sorted(found, key=lambda alert: (alert.created_on, alert.id), reverse=True)[:MAX_LISTED]
