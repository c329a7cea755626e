"""Hours, days and months as items.

Their slots are one text, by the seconds between the start of the item and that of the slot.
"""

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from decimal import Decimal
from itertools import compress
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys as shared_keys
from parity.metering.rules.aggregation import from_json, to_json
from parity.metering.rules.buckets import DAY, HourBucket
from parity.metering.rules.rollups import Rollup
from parity.metering.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import Slots
    from parity.metering.rules.usage_key import UsageKey

HOURS_KEPT = 400 * DAY
"""Longer than an event may be late (`EventHorizonDays`): a day is always rolled up from all of its hours."""

COMPRESSED_FROM_CHARACTERS = 600
MICROSECONDS_PER_SECOND = 1_000_000


def hour_to_item(key: UsageKey, bucket: HourBucket) -> Item:
    partition = keys.usage(key.customer_id, key.feature)
    until = bucket.events_until
    return {
        "PK": partition,
        "SK": keys.usage_hour(bucket.hour),
        "duePK": keys.due_hours_partition(shared_keys.due_shard(partition)) if bucket.due else None,
        "dueSK": to_iso(bucket.due) if bucket.due else None,
        "meter": bucket.aggregation.value,
        "content": slots_to_content(bucket.aggregation, bucket.hour, bucket.slots),
        "applied": str(bucket.applied),
        "recounted": bucket.recounted or None,
        "eventsUntil": to_iso(until) if until else None,
        "version": bucket.version,
        "expiresAt": None if bucket.due else int((bucket.hour + HOURS_KEPT).timestamp()),
    }


def hour_from_item(item: Item) -> HourBucket:
    aggregation, hour = Aggregation(item["meter"]), keys.hour_of(item["SK"])
    return HourBucket(
        hour=hour,
        aggregation=aggregation,
        slots=slots_from_content(aggregation, hour, item["content"]),
        applied=int(item["applied"]),
        recounted=item.get("recounted", False),
        events_until=from_iso(item["eventsUntil"]) if "eventsUntil" in item else None,
        due=shared_keys.moment_of_due(item["dueSK"]) if "dueSK" in item else None,
        version=item["version"],
    )


def rollup_to_item(partition: str, sort_key: str, start: datetime, rollup: Rollup) -> Item:
    return {
        "PK": partition,
        "SK": sort_key,
        "start": to_iso(start),
        "meter": rollup.aggregation.value,
        "content": slots_to_content(rollup.aggregation, start, rollup.slots),
        "version": rollup.version,
    }


def rollup_from_item(item: Item) -> Rollup:
    aggregation = Aggregation(item["meter"])
    slots = slots_from_content(aggregation, from_iso(item["start"]), item["content"])
    return Rollup(aggregation, slots, item["version"])


def slots_to_content(aggregation: Aggregation, start: datetime, slots: Slots) -> str | bytes:
    """The slots as JSON, compressed where that is shorter."""
    by_offset = {_offset(slot - start): tally for slot, tally in sorted(slots.items())}
    text = json.dumps(_to_json(aggregation, by_offset), separators=(",", ":"))
    return text if len(text) < COMPRESSED_FROM_CHARACTERS else zlib.compress(text.encode())


def _to_json(aggregation: Aggregation, by_offset: Mapping[str, Tally]) -> Any:  # noqa: ANN401
    if aggregation is Aggregation.UNIQUE:
        return _sets_to_json(by_offset)
    return {offset: to_json(aggregation, tally) for offset, tally in by_offset.items()}


def slots_from_content(
    aggregation: Aggregation, start: datetime, content: str | bytes
) -> dict[datetime, Tally]:
    """The slots that `slots_to_content` was given."""
    value = json.loads(content if isinstance(content, str) else zlib.decompress(content))
    return {start + _duration(offset): tally for offset, tally in _from_json(aggregation, value).items()}


def _from_json(aggregation: Aggregation, value: Any) -> dict[str, Tally]:  # noqa: ANN401
    if aggregation is Aggregation.UNIQUE:
        return _sets_from_json(value)
    return {offset: from_json(aggregation, tally) for offset, tally in value.items()}


def _sets_to_json(by_offset: Mapping[str, Any]) -> list[Any]:
    """Each value once, and for each slot the values that it has, as the bits of a number.

    Values are random, so they do not compress, and most of them are in many slots of a day. For example, the
    slots `0: {a, b}` and `900: {b}` are `["ab", {"0": "3", "900": "1"}]`.
    """
    values = sorted(frozenset().union(*by_offset.values()))
    bits = {offset: "".join("01"[value in tally] for value in values) for offset, tally in by_offset.items()}
    text = to_json(Aggregation.UNIQUE, frozenset(values))
    return [text, {offset: f"{int(digits, 2):x}" for offset, digits in bits.items()}]


def _sets_from_json(value: list[Any]) -> dict[str, Tally]:
    text, by_offset = value
    values: list[Any] = sorted(from_json(Aggregation.UNIQUE, text))  # type: ignore[arg-type]
    return {
        offset: frozenset(compress(values, map(int, f"{int(digits, 16):0{len(values)}b}")))
        for offset, digits in by_offset.items()
    }


def _offset(duration: timedelta) -> str:
    """In seconds."""
    seconds, rest = divmod(duration, timedelta(seconds=1))
    return f"{seconds}.{rest.microseconds:06}" if rest else str(seconds)


def _duration(offset: str) -> timedelta:
    return timedelta(microseconds=round(Decimal(offset) * MICROSECONDS_PER_SECOND))
