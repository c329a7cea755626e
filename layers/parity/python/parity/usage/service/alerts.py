"""Alerts: recorded and published when usage reaches a threshold, once per window and threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parity.core.numbers import round_up
from parity.core.times import to_iso
from parity.metering.rules.windows import usage_of
from parity.usage.rules.alerts import find_alerts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from parity.aws.event_bus import EventBus
    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.usage.rules.alerts import Alert, RecordedAlert
    from parity.usage.store.alerts import AlertStore

USAGE_ALERT = "feature.usage_alert"
"""The event's name (docs/contract.md, "Webhooks")."""


@dataclass(frozen=True, slots=True)
class AlertStores:
    """The stores that raising alerts needs. `organisation` is the id that published events carry."""

    alerts: AlertStore
    customers: CustomerStore
    features: FeatureStore
    bus: EventBus
    organisation: str


def raise_alerts(
    stores: AlertStores, snapshot: Snapshot | None, changes: Sequence[CounterChange], now: datetime
) -> None:
    """Records and publishes the thresholds that changes of one counter reached.

    Each alert is published at least once, always with the same id. Nothing is read where no threshold is
    reached; otherwise one Query finds what was recorded before.
    """
    if not (reached := _find_reached(snapshot, changes)):
        return
    customer_id = changes[0].new.customer_id
    known = stores.alerts.find_recorded(customer_id, reached)
    for alert in reached:
        recorded = known.get(alert) or stores.alerts.record(customer_id, alert, now)
        if not recorded.published:
            stores.bus.publish(USAGE_ALERT, _event_detail(stores, recorded))
            stores.alerts.mark_published(recorded)


def _find_reached(snapshot: Snapshot | None, changes: Sequence[CounterChange]) -> list[Alert]:
    """Each threshold once per window, with the usage of the first change that reached it."""
    if snapshot is None:
        return []
    found: dict[object, Alert] = {}
    for change in changes:
        new = change.new
        for alert in find_alerts(snapshot, new.feature, new.at, usage_of(new)):
            threshold = alert.kind, alert.window, alert.threshold_type, alert.threshold_value
            found.setdefault(threshold, alert)
    return list(found.values())


def _event_detail(stores: AlertStores, recorded: RecordedAlert) -> Mapping[str, Any]:
    """The object of the vendor's webhook (docs/contract.md, "Webhooks")."""
    alert = recorded.alert
    return {
        "id": recorded.id,
        "object": "feature_usage_alert",
        "feature": _feature_detail(stores.features.get(alert.feature)),
        "customer": _customer_detail(stores.customers.get(recorded.customer_id)),
        "usage_limit": alert.usage_limit,
        "current_usage": round_up(alert.current_usage),
        "threshold_type": alert.threshold_type.value,
        "threshold_value": alert.threshold_value,
        "period_start_time": to_iso(alert.window.start),
        "period_end_time": to_iso(alert.window.end) if alert.window.end else None,
        "subscription_id": alert.subscription_id,
        "organization": stores.organisation,
        "created_on": to_iso(recorded.created_on),
        "modified_on": to_iso(recorded.created_on),
    }


def _feature_detail(feature: Feature) -> Mapping[str, Any]:
    return {
        "id": feature.id,
        "name": feature.name,
        "identifier": feature.identifier,
        "feature_type": feature.feature_type.value,
    }


def _customer_detail(customer: Customer) -> Mapping[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "customer_id": customer.customer_id,
        "billing_address": customer.billing_address,
    }
