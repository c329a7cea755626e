"""Thresholds of usage, told once per window and threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parity.core.numbers import whole
from parity.core.times import to_iso
from parity.metering.rules.windows import as_checked
from parity.usage.rules.alerts import due_alerts
from parity.usage.service.metered_features import metered_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from parity.aws.event_bus import EventBus
    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.usage.rules.alerts import Alert, RecordedAlert
    from parity.usage.service.metered_features import QueryStores
    from parity.usage.store.ended_windows import UsageRecordStore

USAGE_ALERT = "feature.usage_alert"
"""The event's name (WIRE.md section 6)."""

MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class AlertStores:
    records: UsageRecordStore
    customers: CustomerStore
    features: FeatureStore
    bus: EventBus
    organisation: str


def raise_alerts(
    stores: AlertStores, snapshot: Snapshot | None, changes: Iterable[CounterChange], now: datetime
) -> None:
    """Records what one counter has reached, and publishes it: at least once, with the same id if again.

    Nothing is read where no threshold is reached; where one is, one Query tells what was recorded before.
    """
    changes = list(changes)
    if not (reached := _reached(snapshot, changes)):
        return
    customer_id = changes[0].new.customer_id
    known = stores.records.alerts_of(customer_id, reached)
    for alert in reached:
        recorded = known.get(alert) or stores.records.record_alert(customer_id, alert, now)
        if not recorded.published:
            stores.bus.publish(USAGE_ALERT, _detail(stores, recorded))
            stores.records.mark_published(recorded)


def _reached(snapshot: Snapshot | None, changes: Iterable[CounterChange]) -> list[Alert]:
    """Each threshold once per window, as it was first reached."""
    if snapshot is None:
        return []
    found: dict[object, Alert] = {}
    for change in changes:
        new = change.new
        counters = {(new.feature, window.kind): as_checked(window) for window in new.windows}
        for alert in due_alerts(snapshot, new.feature, new.at, counters):
            key = alert.kind, alert.window, alert.threshold_type, alert.threshold_value
            found.setdefault(key, alert)
    return list(found.values())


def list_alerts(stores: QueryStores, customer_id: str, feature: str | None) -> list[RecordedAlert]:
    """The latest ones, newest first, of one feature or of all that the customer has or has used.

    Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError. A Query per feature.
    """
    asked = None if feature is None else [feature]
    features = metered_features(stores, customer_id, asked)
    found = [
        alert
        for metered in features
        for alert in stores.records.alerts(customer_id, metered.name, MAX_LISTED)
    ]
    return sorted(found, key=lambda alert: (alert.created_on, alert.id), reverse=True)[:MAX_LISTED]


def _detail(stores: AlertStores, recorded: RecordedAlert) -> Mapping[str, Any]:
    """The object of the vendor's webhook (WIRE.md section 6)."""
    alert = recorded.alert
    return {
        "id": recorded.id,
        "object": "feature_usage_alert",
        "feature": _feature(stores.features.get(alert.feature)),
        "customer": _customer(stores.customers.get(recorded.customer_id)),
        "usage_limit": alert.usage_limit,
        "current_usage": whole(alert.current_usage),
        "threshold_type": alert.threshold_type.value,
        "threshold_value": alert.threshold_value,
        "period_start_time": to_iso(alert.window.start),
        "period_end_time": to_iso(alert.window.end) if alert.window.end else None,
        "subscription_id": alert.subscription_id,
        "organization": stores.organisation,
        "created_on": to_iso(recorded.created_on),
        "modified_on": to_iso(recorded.created_on),
    }


def _feature(feature: Feature) -> Mapping[str, Any]:
    return {
        "id": feature.id,
        "name": feature.name,
        "identifier": feature.identifier,
        "feature_type": feature.feature_type.value,
    }


def _customer(customer: Customer) -> Mapping[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "customer_id": customer.customer_id,
        "billing_address": customer.billing_address,
    }
