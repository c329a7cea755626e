"""Records of the stream that are about usage: new events, and counters before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.dynamodb import keys
from parity.dynamodb.items import from_wire
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.store.counters import counter_from_item
from parity.metering.store.events import event_from_item
from parity.usage.service.stream import UsageRecords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Record = Mapping[str, Any]


def by_customer(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records about each customer, in their order; read no further than their keys."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(_customer_of(record["dynamodb"]["Keys"]["PK"]["S"]), []).append(record)
    return found


def first_numbers(found: Mapping[str, list[Record]]) -> dict[str, str]:
    """The sequence number of the first record about each customer."""
    return {customer_id: records[0]["dynamodb"]["SequenceNumber"] for customer_id, records in found.items()}


def _customer_of(partition_key: str) -> str:
    if keys.is_customer(partition_key):
        return keys.customer_of(partition_key)
    return keys.customer_of_events(partition_key)


def usage_in(records: Iterable[Record]) -> UsageRecords:
    """What the records of one customer tell."""
    usage = UsageRecords()
    for record in records:
        _sort_in(usage, record["dynamodb"])
    return usage


def _sort_in(usage: UsageRecords, changed: Mapping[str, Any]) -> None:
    new = from_wire(changed["NewImage"])
    if keys.is_customer(new["PK"]):
        old = changed.get("OldImage")
        before = counter_from_item(from_wire(old)) if old else None
        usage.changes.append(CounterChange(before, counter_from_item(new)))
    else:
        usage.events.append((event_from_item(new), int(changed["SequenceNumber"])))
