"""How many unique values an hour or a day of usage holds: an item has at most 400 KB."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import Slots
    from parity.metering.rules.usage_key import UsageKey

MAX_VALUES = 15_000
"""A day of so many values, each in any of its slots, takes about 300 KB."""


class BucketFullError(Exception):
    """An hour or a day has as many unique values as it can hold. Further ones are not counted."""


def limit_values(slots: Slots) -> dict[datetime, Tally]:
    """The slots with at most as many unique values as fit into an item.

    Which values are left out depends on the values only, and not on the order in which they came.
    """
    values = _unique_values(slots)
    if len(values) <= MAX_VALUES:
        return dict(slots)
    kept = frozenset(sorted(values)[:MAX_VALUES])
    parts = {start: tally & kept for start, tally in slots.items() if isinstance(tally, frozenset)}
    return {start: part for start, part in parts.items() if part}


def is_full(slots: Slots) -> bool:
    return len(_unique_values(slots)) >= MAX_VALUES


def check_capacity(key: UsageKey, start: datetime, slots: Slots) -> None:
    """Raises BucketFullError if the slots, those of the hour or day that starts at `start`, are full."""
    if is_full(slots):
        raise BucketFullError(key, start)


def _unique_values(slots: Slots) -> frozenset[str]:
    """The unique values in all slots; none where the tallies are numbers."""
    return frozenset[str]().union(*(tally for tally in slots.values() if isinstance(tally, frozenset)))
