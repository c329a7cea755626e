"""Records of resets, stored beside the hours of the same usage."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parity.core.times import to_iso
from parity.dynamodb import keys

if TYPE_CHECKING:
    from parity.dynamodb.transactions import Transaction
    from parity.metering.rules.counters import UsageWindow
    from parity.usage.rules.resets import UsageReset


def put_reset(transaction: Transaction, reset: UsageReset) -> None:
    transaction.put(
        {
            "PK": keys.usage(reset.customer_id, reset.feature),
            "SK": keys.usage_reset(reset.at),
            "resetOn": to_iso(reset.at),
            "note": reset.note,
            "windows": json.dumps(list(map(_to_json, reset.windows))),
        }
    )


def _to_json(window: UsageWindow) -> dict[str, Any]:
    return {
        "kind": window.kind,
        "start": to_iso(window.period.start),
        "end": to_iso(window.period.end) if window.period.end else None,
        "usedBefore": str(window.used) if isinstance(window.used, Decimal) else window.used,
    }
