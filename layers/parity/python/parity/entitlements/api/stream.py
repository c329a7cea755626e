"""Reads which customers the records of the stream are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.dynamodb.keys import customer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def find_changed_customers(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The customers that records are about, each with the sequence number of its first record."""
    first: dict[str, str] = {}
    for record in records:
        change = record["dynamodb"]
        first.setdefault(customer_of(change["Keys"]["PK"]["S"]), change["SequenceNumber"])
    return first
