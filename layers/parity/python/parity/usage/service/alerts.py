"""Alerts: recorded and published when usage reaches a threshold (docs/decisions/0038)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from parity.aws.event_bus import Event
from parity.core.numbers import round_up
from parity.core.times import to_iso
from parity.customers.rules.event_objects import describe_customer_within
from parity.usage.rules.threshold_moves import Direction, find_moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from parity.aws.event_bus import EventBus
    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.usage.rules.alerts import RecordedAlert
    from parity.usage.rules.threshold_moves import Move, ToldThreshold
    from parity.usage.store.alerts import AlertStore
    from parity.usage.store.listed_alerts import ListedAlertStore

USAGE_ALERT = "feature.usage_alert"
"""The event's name (docs/contract.md, "Webhooks")."""


@dataclass(frozen=True, slots=True)
class AlertStores:
    """The stores that raising alerts needs. `organisation` is the id that published events carry."""

    alerts: AlertStore
    listed: ListedAlertStore
    customers: CustomerStore
    features: FeatureStore
    bus: EventBus
    organisation: str


def raise_alerts(
    stores: AlertStores, snapshot: Snapshot | None, changes: Sequence[CounterChange], now: datetime
) -> None:
    """Records, lists and publishes the thresholds that changes of a counter reached; keeps where usage fell.

    Each alert is published at least once, always with the same id. Nothing is read where usage is and was
    below all thresholds; otherwise one Query finds what was told before.
    """
    if snapshot is None:
        return
    moves = [move for change in changes for move in find_moves(snapshot, change)]
    follow_moves(stores, changes[0].new.customer_id, moves, now)


def follow_moves(stores: AlertStores, customer_id: str, moves: Sequence[Move], now: datetime) -> None:
    """Tells of the moves of one counter that are to be told, in their order."""
    if not moves:
        return
    told = stores.alerts.find_told(customer_id, [move.alert for move in moves])
    for move in moves:
        threshold = move.alert.threshold
        known = told.get(threshold)
        if move.direction is not Direction.FELL:
            told[threshold] = _follow_reached(stores, customer_id, known, move, now)
        elif known and known.ends_with(move):
            stores.alerts.mark_below(customer_id, move)
            told[threshold] = replace(known, below=move.version)


def _follow_reached(
    stores: AlertStores, customer_id: str, known: ToldThreshold | None, move: Move, now: datetime
) -> ToldThreshold:
    """Returns what is told of the threshold then.

    What was told again is kept last. So if the process ends before, the next attempt comes here again.
    """
    told = known or stores.alerts.record_first(customer_id, move, now)
    told = replace(told, first=_publish(stores, told.first))
    if told.is_told(move):
        return told
    _publish(stores, stores.alerts.record_again(customer_id, move, now))
    stores.alerts.mark_told_again(customer_id, move)
    return told.told_again(move.version)


def _publish(stores: AlertStores, recorded: RecordedAlert) -> RecordedAlert:
    """Lists and publishes the alert, unless it was published before."""
    if recorded.published:
        return recorded
    stores.listed.add(recorded)
    event = Event(
        id=recorded.id,
        type=USAGE_ALERT,
        created_on=recorded.created_on,
        object=_describe_alert(stores, recorded),
    )
    stores.bus.publish([event])
    stores.alerts.mark_published(recorded)
    return replace(recorded, published=True)


def _describe_alert(stores: AlertStores, recorded: RecordedAlert) -> Mapping[str, Any]:
    """The object of the vendor's webhook (docs/contract.md, "Webhooks")."""
    alert = recorded.alert
    return {
        "id": recorded.id,
        "object": "feature_usage_alert",
        "feature": _feature_detail(stores.features.get(alert.feature)),
        "customer": describe_customer_within(stores.customers.get(recorded.customer_id)),
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
