"""Records of resets, stored beside the hours of the same usage."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parity.core.periods import Period
from parity.core.times import from_iso, to_iso
from parity.dynamodb.actors import changed_by
from parity.metering.rules.counters import UsageWindow
from parity.metering.store import keys as metering_keys
from parity.usage.rules.resets import UsageReset
from parity.usage.store import keys

if TYPE_CHECKING:
    from parity.dynamodb.items import Item
    from parity.dynamodb.transactions import Transaction


def put_reset(transaction: Transaction, reset: UsageReset) -> None:
    transaction.put(
        {
            "PK": metering_keys.usage(reset.customer_id, reset.feature),
            "SK": keys.usage_reset(reset.at),
            "resetOn": to_iso(reset.at),
            "note": reset.note,
            **changed_by(),
            "windows": json.dumps(list(map(_to_json, reset.windows))),
        }
    )


def reset_from_item(item: Item) -> UsageReset:
    """Its windows have what was used before, and nothing else of the counter."""
    customer_id, feature = metering_keys.usage_of(item["PK"])
    return UsageReset(
        customer_id=customer_id,
        feature=feature,
        at=from_iso(item["resetOn"]),
        note=item.get("note"),
        windows=tuple(map(_window_from_json, json.loads(item["windows"]))),
    )


def _window_from_json(value: dict[str, Any]) -> UsageWindow:
    start, end, used = from_iso(value["start"]), value["end"], value["usedBefore"]
    return UsageWindow(
        kind=value["kind"],
        period=Period(start, from_iso(end) if end else None),
        used=Decimal(used) if isinstance(used, str) else used,
    )


def _to_json(window: UsageWindow) -> dict[str, Any]:
    return {
        "kind": window.kind,
        "start": to_iso(window.period.start),
        "end": to_iso(window.period.end) if window.period.end else None,
        "usedBefore": str(window.used) if isinstance(window.used, Decimal) else window.used,
    }
