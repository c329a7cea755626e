"""What is kept beside the hours of a feature's usage: windows that have ended, and alerts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from parity.core.periods import Period
from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.entitlements.rules.sources import ThresholdType
from parity.metering.rules.buckets import MOMENT
from parity.metering.rules.counters import UsageWindow
from parity.usage.rules.alerts import Alert, RecordedAlert
from parity.usage.rules.window_limits import LimitedWindow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table


class UsageRecordStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def put_ended(self, customer_id: str, feature: str, ended: LimitedWindow, version: int) -> bool:
        """In place of what an older version of the counter left; False if a newer one, or this one, did."""
        window = ended.window
        item = {
            "PK": keys.usage(customer_id, feature),
            "SK": keys.usage_period(window.kind, window.period.start),
            "kind": window.kind,
            **_period_to_item(window.period),
            "since": to_iso(window.since) if window.since else None,
            "used": window.used,
            "carried": window.carried,
            "usageLimit": ended.usage_limit,
            "version": version,
        }
        older = "attribute_not_exists(PK) OR version < :version"
        return self.table.put_if(item, older, {":version": version})

    def ended(
        self, customer_id: str, feature: str, kind: str, first: datetime, last: datetime
    ) -> list[LimitedWindow]:
        """Ended windows of a kind that start from first to last, oldest first; a Query per megabyte."""
        items = self.table.query_all(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {
                ":pk": keys.usage(customer_id, feature),
                ":first": keys.usage_period(kind, first),
                ":last": keys.usage_period(kind, last),
            },
        )
        return list(map(_ended_from_item, items))

    def last_ended(self, customer_id: str, feature: str, kind: str, before: datetime) -> list[LimitedWindow]:
        """The latest that starts before the moment, if there is one; one Query."""
        result = self.table.query(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {
                ":pk": keys.usage(customer_id, feature),
                ":first": keys.usage_periods(kind),
                ":last": keys.usage_period(kind, before - MOMENT),
            },
            ScanIndexForward=False,
            Limit=1,
        )
        return list(map(_ended_from_item, result.items))

    def alerts_of(self, customer_id: str, alerts: Iterable[Alert]) -> dict[Alert, RecordedAlert]:
        """What is recorded of these alerts of one feature; one strongly consistent Query."""
        wanted = {_alert_place(customer_id, alert)["SK"]: alert for alert in alerts}
        partition = _alert_place(customer_id, next(iter(wanted.values())))["PK"]
        items = self.table.query_all(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {":pk": partition, ":first": min(wanted), ":last": max(wanted)},
            ConsistentRead=True,
        )
        return {wanted[item["SK"]]: _alert_from_item(item) for item in items if item["SK"] in wanted}

    def record_alert(self, customer_id: str, alert: Alert, now: datetime) -> RecordedAlert:
        """The alert as it was recorded first: now, if it was not."""
        item = {**_alert_place(customer_id, alert), **_alert_to_item(alert), "createdOn": to_iso(now)}
        return _alert_from_item(self.table.put_new(item) or item)

    def mark_published(self, recorded: RecordedAlert) -> None:
        place = _alert_place(recorded.customer_id, recorded.alert)
        self.table.update(place, "SET published = :yes", "attribute_exists(PK)", {":yes": True})

    def alerts(self, customer_id: str, feature: str, limit: int) -> list[RecordedAlert]:
        """Those of a feature whose windows end last; one Query."""
        result = self.table.query(
            "PK = :pk AND begins_with(SK, :alerts)",
            {":pk": keys.usage(customer_id, feature), ":alerts": keys.USAGE_ALERTS},
            ScanIndexForward=False,
            Limit=limit,
        )
        return [_alert_from_item(item) for item in result.items]


def _period_to_item(period: Period) -> Item:
    end = to_iso(period.end) if period.end else None
    return {"windowStart": to_iso(period.start), "windowEnd": end}


def _period_from_item(item: Item) -> Period:
    end = item.get("windowEnd")
    return Period(from_iso(item["windowStart"]), from_iso(end) if end else None)


def _ended_from_item(item: Item) -> LimitedWindow:
    window = UsageWindow(
        kind=item["kind"],
        period=_period_from_item(item),
        used=item["used"],
        since=from_iso(item["since"]) if "since" in item else None,
        carried=item["carried"],
    )
    return LimitedWindow(window, item.get("usageLimit"))


def _alert_place(customer_id: str, alert: Alert) -> Key:
    threshold = f"{alert.threshold_type}_{alert.threshold_value}"
    sort_key = keys.usage_alert(alert.window.end, alert.kind, threshold)
    return {"PK": keys.usage(customer_id, alert.feature), "SK": sort_key}


def _alert_to_item(alert: Alert) -> Item:
    return {
        "thresholdType": alert.threshold_type.value,
        "thresholdValue": alert.threshold_value,
        "kind": alert.kind,
        **_period_to_item(alert.window),
        "usageLimit": alert.usage_limit,
        "currentUsage": alert.current_usage,
        "subscriptionId": alert.subscription_id,
        "published": False,
    }


def _alert_from_item(item: Item) -> RecordedAlert:
    customer_id, feature = keys.usage_of(item["PK"])
    alert = Alert(
        feature=feature,
        threshold_type=ThresholdType(item["thresholdType"]),
        threshold_value=item["thresholdValue"],
        kind=item["kind"],
        window=_period_from_item(item),
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
def usage_record_store() -> UsageRecordStore:
    return UsageRecordStore(table())
