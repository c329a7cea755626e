"""A window's period as attributes of an item, `windowStart` and `windowEnd`; null if it never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.periods import Period
from parity.core.times import from_iso, to_iso

if TYPE_CHECKING:
    from parity.dynamodb.items import Item


def period_to_item(period: Period) -> Item:
    end = to_iso(period.end) if period.end else None
    return {"windowStart": to_iso(period.start), "windowEnd": end}


def period_from_item(item: Item) -> Period:
    end = item.get("windowEnd")
    return Period(from_iso(item["windowStart"]), from_iso(end) if end else None)
