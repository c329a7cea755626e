"""What a check needs of a usage counter's item: how much was used in each of its windows.

Times are microseconds since 1970. The first window has attributes of its own, so that a report can update it
without a read; `further` windows are a JSON text.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from parity.core.times import from_micros
from parity.dynamodb import keys
from parity.entitlements.rules.counters import Counter

if TYPE_CHECKING:
    from parity.core.numbers import Number
    from parity.dynamodb.items import Item

FOREVER = 253_402_300_799_999_999
"""The end of a window that never ends: the last microsecond of the year 9999."""


def counters_of(item: Item) -> dict[tuple[str, str], Counter]:
    """By feature and window kind."""
    _, feature = keys.counter_of(item)
    first = _counter(item["windowStart"], item["used"], item.get("carried", 0), item.get("since"))
    counters = {(feature, item["kind"]): first}
    for kind, start, _, used, carried, since, *_ in json.loads(item.get("further", "[]")):
        counters[feature, kind] = _counter(start, _number(used), carried, since)
    return counters


def _counter(start: int, used: Number, carried: int, since: int | None) -> Counter:
    return Counter(from_micros(start), used, carried, None if since is None else from_micros(since))


def _number(used: int | str) -> Number:
    """A fraction is stored as text, because JSON readers would make a float of a number."""
    return Decimal(used) if isinstance(used, str) else used
