"""Alerts: one item per window and threshold, stored beside the hours of the same usage."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.entitlements.rules.sources import ThresholdType
from parity.usage.rules.alerts import Alert, RecordedAlert
from parity.usage.store.period_items import period_from_item, period_to_item

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table
    from parity.metering.rules.usage_key import UsageKey


class AlertStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find_recorded(self, customer_id: str, alerts: Iterable[Alert]) -> dict[Alert, RecordedAlert]:
        """The recorded ones of these alerts, all of one feature. One strongly consistent Query."""
        wanted = {_key(customer_id, alert)["SK"]: alert for alert in alerts}
        partition = _key(customer_id, next(iter(wanted.values())))["PK"]
        items = self.table.query_all(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {":pk": partition, ":first": min(wanted), ":last": max(wanted)},
            ConsistentRead=True,
        )
        return {wanted[item["SK"]]: _from_item(item) for item in items if item["SK"] in wanted}

    def record(self, customer_id: str, alert: Alert, now: datetime) -> RecordedAlert:
        """Records the alert, or returns it as it was recorded before."""
        item = {**_key(customer_id, alert), **_to_item(alert), "createdOn": to_iso(now)}
        return _from_item(self.table.put_if_absent(item) or item)

    def mark_published(self, recorded: RecordedAlert) -> None:
        key = _key(recorded.customer_id, recorded.alert)
        self.table.update(key, "SET published = :yes", "attribute_exists(PK)", {":yes": True})

    def list_latest(self, key: UsageKey, limit: int) -> list[RecordedAlert]:
        """The alerts of a feature whose windows end last; one Query."""
        result = self.table.query(
            "PK = :pk AND begins_with(SK, :alerts)",
            {":pk": keys.usage(key.customer_id, key.feature), ":alerts": keys.USAGE_ALERTS},
            ScanIndexForward=False,
            Limit=limit,
        )
        return [_from_item(item) for item in result.items]


def _key(customer_id: str, alert: Alert) -> Key:
    threshold = f"{alert.threshold_type}_{alert.threshold_value}"
    sort_key = keys.usage_alert(alert.window.end, alert.kind, threshold)
    return {"PK": keys.usage(customer_id, alert.feature), "SK": sort_key}


def _to_item(alert: Alert) -> Item:
    return {
        "thresholdType": alert.threshold_type.value,
        "thresholdValue": alert.threshold_value,
        "kind": alert.kind,
        **period_to_item(alert.window),
        "usageLimit": alert.usage_limit,
        "currentUsage": alert.current_usage,
        "subscriptionId": alert.subscription_id,
        "published": False,
    }


def _from_item(item: Item) -> RecordedAlert:
    customer_id, feature = keys.usage_of(item["PK"])
    alert = Alert(
        feature=feature,
        threshold_type=ThresholdType(item["thresholdType"]),
        threshold_value=item["thresholdValue"],
        kind=item["kind"],
        window=period_from_item(item),
        usage_limit=item["usageLimit"],
        current_usage=item["currentUsage"],
        subscription_id=item.get("subscriptionId"),
    )
    return RecordedAlert(
        id=str(uuid5(NAMESPACE_URL, f"{item['PK']} {item['SK']}")),
        customer_id=customer_id,
        alert=alert,
        created_on=from_iso(item["createdOn"]),
        published=item["published"],
    )


@cache
def alert_store() -> AlertStore:
    return AlertStore(table())
