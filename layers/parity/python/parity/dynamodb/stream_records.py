"""Records of the table's stream, as Lambda delivers them: whom they are about, and the items in them."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

from parity.dynamodb import keys
from parity.dynamodb.items import from_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parity.dynamodb.items import Item

    Record = Mapping[str, Any]


def group_by_customer(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records about each customer, in their order. Only the keys of the records are read."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(keys.customer_in(partition_key(record)), []).append(record)
    return found


def first_numbers(by_customer: Mapping[str, list[Record]]) -> dict[str, str]:
    """The sequence number of the first record about each customer."""
    return {
        customer_id: records[0]["dynamodb"]["SequenceNumber"] for customer_id, records in by_customer.items()
    }


def partition_key(record: Record) -> str:
    key: str = record["dynamodb"]["Keys"]["PK"]["S"]
    return key


def read_image(record: Record, name: str) -> Item | None:
    """The item that a record has as its `NewImage` or `OldImage`, if it has one."""
    image = record["dynamodb"].get(name)
    return from_wire({each: _decode(typed) for each, typed in image.items()}) if image else None


def _decode(typed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lambda delivers binaries as base64; the stream itself has the bytes."""
    binary = typed.get("B")
    return {"B": b64decode(binary)} if isinstance(binary, str) else typed
