"""Alerts, stored beside the hours of the same usage.

The item of the first one of a threshold in a window also keeps what was told since. So what a change reads
does not grow with the number of alerts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from parity.core.times import from_iso, to_iso
from parity.dynamodb.table import table
from parity.entitlements.rules.sources import ThresholdType
from parity.metering.store import keys as metering_keys
from parity.usage.rules.alerts import Alert, RecordedAlert
from parity.usage.rules.threshold_moves import ToldThreshold
from parity.usage.store import keys
from parity.usage.store.period_items import period_from_item, period_to_item

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table
    from parity.metering.rules.usage_key import UsageKey
    from parity.usage.rules.alerts import Threshold
    from parity.usage.rules.threshold_moves import Move


class AlertStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find_told(self, customer_id: str, alerts: Iterable[Alert]) -> dict[Threshold, ToldThreshold]:
        """What was told of these thresholds, all of one feature. One strongly consistent Query."""
        wanted = {_first_key(customer_id, alert)["SK"]: alert for alert in alerts}
        partition = _first_key(customer_id, next(iter(wanted.values())))["PK"]
        items = self.table.query_all(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {":pk": partition, ":first": min(wanted), ":last": max(wanted)},
            ConsistentRead=True,
        )
        return {wanted[item["SK"]].threshold: _told_from_item(item) for item in items if item["SK"] in wanted}

    def record_first(self, customer_id: str, move: Move, now: datetime) -> ToldThreshold:
        """Records the first alert of a threshold in a window, or returns what was told before."""
        item = {
            **_first_key(customer_id, move.alert),
            **_new_item(move.alert, now),
            "firstVersion": move.version,
            "lastVersion": move.version,
        }
        return _told_from_item(self.table.put_if_absent(item) or item)

    def record_again(self, customer_id: str, move: Move, now: datetime) -> RecordedAlert:
        """Records a further alert of a threshold in a window, or returns it as it was recorded before."""
        key = {
            "PK": metering_keys.usage(customer_id, move.alert.feature),
            "SK": keys.repeated_usage_alert(
                move.at, move.version, move.alert.kind, _threshold_text(move.alert)
            ),
        }
        item = {**key, **_new_item(move.alert, now)}
        return alert_from_item(self.table.put_if_absent(item) or item)

    def mark_published(self, recorded: RecordedAlert) -> None:
        key = {
            "PK": metering_keys.usage(recorded.customer_id, recorded.alert.feature),
            "SK": recorded.sort_key,
        }
        self.table.update(key, "SET published = :yes", "attribute_exists(PK)", {":yes": True})

    def mark_told_again(self, customer_id: str, move: Move) -> None:
        """Keeps that a threshold was told again, unless what is kept is of a later version of the counter."""
        self.table.update(
            _first_key(customer_id, move.alert),
            "SET lastVersion = :version REMOVE belowVersion",
            "(attribute_not_exists(lastVersion) OR lastVersion < :version)"
            " AND (attribute_not_exists(belowVersion) OR belowVersion <= :version)",
            {":version": move.version},
        )

    def mark_below(self, customer_id: str, move: Move) -> None:
        """Keeps that usage is below a threshold again, unless that is kept or a later alert was told."""
        self.table.update(
            _first_key(customer_id, move.alert),
            "SET belowVersion = :version",
            "attribute_exists(PK) AND attribute_not_exists(belowVersion)"
            " AND (attribute_not_exists(lastVersion) OR lastVersion <= :version)",
            {":version": move.version},
        )

    def list_latest(self, key: UsageKey, limit: int) -> list[RecordedAlert]:
        """The first alerts in the windows that end last, and the latest of the repeated ones; two Queries."""
        return [
            alert_from_item(item)
            for prefix in (keys.USAGE_ALERTS, keys.REPEATED_USAGE_ALERTS)
            for item in self.table.query(
                "PK = :pk AND begins_with(SK, :prefix)",
                {":pk": metering_keys.usage(key.customer_id, key.feature), ":prefix": prefix},
                ScanIndexForward=False,
                Limit=limit,
            ).items
        ]


def _first_key(customer_id: str, alert: Alert) -> Key:
    sort_key = keys.usage_alert(alert.window.end, alert.kind, _threshold_text(alert))
    return {"PK": metering_keys.usage(customer_id, alert.feature), "SK": sort_key}


def _threshold_text(alert: Alert) -> str:
    return f"{alert.threshold_type}_{alert.threshold_value}"


def _new_item(alert: Alert, now: datetime) -> Item:
    return {**alert_to_item(alert), "createdOn": to_iso(now), "published": False}


def alert_to_item(alert: Alert) -> Item:
    """What an item of the alert has, apart from the feature, which is in its key."""
    return {
        "thresholdType": alert.threshold_type.value,
        "thresholdValue": alert.threshold_value,
        "kind": alert.kind,
        **period_to_item(alert.window),
        "usageLimit": alert.usage_limit,
        "currentUsage": alert.current_usage,
        "subscriptionId": alert.subscription_id,
    }


def read_alert(feature: str, item: Item) -> Alert:
    return Alert(
        feature=feature,
        threshold_type=ThresholdType(item["thresholdType"]),
        threshold_value=item["thresholdValue"],
        kind=item["kind"],
        window=period_from_item(item),
        usage_limit=item["usageLimit"],
        current_usage=item["currentUsage"],
        subscription_id=item.get("subscriptionId"),
    )


def alert_from_item(item: Item) -> RecordedAlert:
    customer_id, feature = metering_keys.usage_of(item["PK"])
    return RecordedAlert(
        id=str(uuid5(NAMESPACE_URL, f"{item['PK']} {item['SK']}")),
        customer_id=customer_id,
        sort_key=item["SK"],
        alert=read_alert(feature, item),
        created_on=from_iso(item["createdOn"]),
        published=item["published"],
    )


def _told_from_item(item: Item) -> ToldThreshold:
    """Alerts of before 2026-11-29 have no version of the counter: they were told before any that has one."""
    return ToldThreshold(
        first=alert_from_item(item),
        first_version=item.get("firstVersion", 0),
        last_version=item.get("lastVersion", 0),
        below=item.get("belowVersion"),
    )


@cache
def alert_store() -> AlertStore:
    return AlertStore(table())
