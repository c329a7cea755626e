"""Settles search entries after a change, in case its request did not (docs/decisions/0066)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.customers.store import keys
from parity.customers.store.customer_items import customer_from_item
from parity.customers.store.search_entries import entries_of
from parity.dynamodb.stream_records import read_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore

    Record = Mapping[str, Any]


def settle_search_entries(store: CustomerStore, customer_id: str, records: Iterable[Record]) -> None:
    """Compares the entries with the customer if a record tells that they changed. Safe to repeat.

    Records may come in any order. Each says which entries there may be; which there should be is read.
    """
    seen = [profile for record in records for profile in _read_profiles(record)]
    if seen:
        store.search_entries.settle(customer_id, seen)


def _read_profiles(record: Record) -> list[Customer]:
    """The customer before and after a change of its entries; empty for other records."""
    if record["dynamodb"]["Keys"]["SK"]["S"] != keys.PROFILE:
        return []
    old, new = (
        customer_from_item(image) if (image := read_image(record, name)) else None
        for name in ("OldImage", "NewImage")
    )
    return [] if entries_of(old) == entries_of(new) else [each for each in (old, new) if each]
