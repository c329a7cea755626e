"""Usage counters and reservations as items, as reports leave them."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from parity.core.numbers import Number
from parity.core.periods import window_of
from parity.core.times import to_micros
from parity.dynamodb import keys
from parity.dynamodb.items import Item
from parity.entitlements.store.counter_view import FOREVER

Used = dict[str, Number]
"""By window kind."""


def counter_item(customer_id: str, feature: str, used: Used, at: datetime, **more: Any) -> Item:  # noqa: ANN401
    """What was used in the windows that the moment is in."""
    (kind, first), *further = used.items()
    _, start, end, *_ = _window(kind, first, at)
    return {
        **keys.usage_counter(customer_id, feature),
        "kind": kind,
        "windowStart": start,
        "windowEnd": end,
        "used": first,
        "held": 0,
        "taken": first,
        "earlier": 0,
        "version": 1,
        "changedAt": to_micros(at),
        "writeId": "0123456789abcdef",
        "further": json.dumps([_window(*each, at) for each in further]) if further else None,
        **more,
    }


def _window(kind: str, used: Number, at: datetime) -> list[Any]:
    window = window_of(kind, at)
    end = to_micros(window.end) if window.end else FOREVER
    text = str(used) if isinstance(used, Decimal) else used
    return [kind, to_micros(window.start), end, text, 0, None, None]


def reservation_item(
    customer_id: str, feature: str, amount: int, expires: datetime, reservation_id: str = "res-1"
) -> Item:
    key = keys.reservation(customer_id, feature, reservation_id)
    return {**key, "amount": amount, "expires": to_micros(expires)}
