"""What a check needs of a usage counter's item: what the feature's levels hold.

Times are microseconds since 1970. The first window has attributes of its own, so that a report can update it
without a read; `further` windows are a JSON text.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from parity.core.numbers import subtract
from parity.core.times import from_micros, to_micros
from parity.dynamodb.optimistic import VersionChangedError
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
from parity.entitlements.store import keys

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.dynamodb.items import Item
    from parity.dynamodb.transactions import Transaction

FOREVER = 253_402_300_799_999_999
"""The end of a window that never ends: the last microsecond of the year 9999."""


class CounterView(NamedTuple):
    """What a counter holds, settled in its version `settled`; until `turns_on` no window turns."""

    usage: MeterUsage
    settled: int
    turns_on: datetime

    def is_current(self, at: datetime) -> bool:
        return at < self.turns_on


def view_of(item: Item) -> CounterView:
    """From a counter's item."""
    first, moved = item["kind"], item.get("moved", 0)
    used = subtract(item["used"], moved)
    levels = {first: _level(item["windowStart"], used, item.get("carried", 0), item.get("since"), moved)}
    for kind, start, _, used, carried, since, _, further_moved in json.loads(item.get("further", "[]")):
        levels[kind] = _level(start, _number(used), carried, since, _number(further_moved))
    return CounterView(
        usage=MeterUsage(from_micros(item["changedAt"]), first, levels),
        settled=item.get("settled", 0),
        turns_on=from_micros(item.get("turnsOn", 0)),
    )


def _level(start: int, used: Number, carried: int, since: int | None, moved: Number) -> LevelUsage:
    return LevelUsage(from_micros(start), used, carried, moved, None if since is None else from_micros(since))


def _number(used: int | str) -> Number:
    """A fraction is stored as text, because JSON readers would make a float of a number."""
    return Decimal(used) if isinstance(used, str) else used


def expire_counter(transaction: Transaction, customer_id: str, feature: str, turn: datetime) -> None:
    """Adds a write to a transaction, after which usage from that moment on settles the counter first."""
    transaction.update(
        keys.usage_counter(customer_id, feature),
        "SET turnsOn = :turn ADD version :one",
        "attribute_exists(PK)",
        {":turn": to_micros(turn), ":one": 1},
        refused=lambda _: VersionChangedError(),
    )
