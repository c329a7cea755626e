"""Windows of usage that have ended: one item each, stored beside the hours of the same usage."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.core.periods import MOMENT
from parity.core.times import from_iso, to_iso
from parity.dynamodb.table import table
from parity.metering.rules.counters import UsageWindow
from parity.metering.store import keys as metering_keys
from parity.usage.rules.window_limits import LimitedWindow
from parity.usage.store import keys
from parity.usage.store.period_items import period_from_item, period_to_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.metering.rules.usage_key import UsageKey


class EndedWindowStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def put(self, key: UsageKey, ended: LimitedWindow, version: int) -> bool:
        """Stores the window as it was in this version of its counter.

        False, and nothing is written, if the stored window is of the same version or of a later one.
        """
        window = ended.window
        item = {
            "PK": metering_keys.usage(key.customer_id, key.feature),
            "SK": keys.usage_period(window.kind, window.period.start),
            "kind": window.kind,
            **period_to_item(window.period),
            "since": to_iso(window.since) if window.since else None,
            "used": window.used,
            "carried": window.carried,
            "moved": window.moved or None,
            "usageLimit": ended.usage_limit,
            "beyond": ended.beyond or None,
            "version": version,
        }
        older = "attribute_not_exists(PK) OR version < :version"
        return self.table.put_on_condition(item, older, {":version": version})

    def list_between(self, key: UsageKey, kind: str, first: datetime, last: datetime) -> list[LimitedWindow]:
        """Windows of a kind that start from `first` to `last`, oldest first; a Query per megabyte."""
        items = self.table.query_all(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {
                ":pk": metering_keys.usage(key.customer_id, key.feature),
                ":first": keys.usage_period(kind, first),
                ":last": keys.usage_period(kind, last),
            },
        )
        return list(map(_from_item, items))

    def find_last_before(self, key: UsageKey, kind: str, moment: datetime) -> LimitedWindow | None:
        """The latest window of a kind that starts before the moment; one Query."""
        result = self.table.query(
            "PK = :pk AND SK BETWEEN :first AND :last",
            {
                ":pk": metering_keys.usage(key.customer_id, key.feature),
                ":first": keys.usage_periods(kind),
                ":last": keys.usage_period(kind, moment - MOMENT),
            },
            ScanIndexForward=False,
            Limit=1,
        )
        return _from_item(result.items[0]) if result.items else None


def _from_item(item: Item) -> LimitedWindow:
    window = UsageWindow(
        kind=item["kind"],
        period=period_from_item(item),
        used=item["used"],
        since=from_iso(item["since"]) if "since" in item else None,
        carried=item["carried"],
        moved=item.get("moved", 0),
    )
    return LimitedWindow(window, item.get("usageLimit"), item.get("beyond", 0))


@cache
def ended_window_store() -> EndedWindowStore:
    return EndedWindowStore(table())
