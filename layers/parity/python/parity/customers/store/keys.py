"""Keys of customers, their search entries and their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.dynamodb.keys import partition_suffix

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key

COUNT_PARTITIONS, COUNT_SHARDS = 3, 64
"""Partitions of the counts, and items in each of them."""

CUSTOMERS, ARCHIVED_CUSTOMERS = "CUSTOMERS", "ARCHIVED_CUSTOMERS"
"""Lists by creation."""

PROFILE = "PROFILE"


def customer(customer_id: str) -> Key:
    return {"PK": f"CUSTOMER#{customer_id}", "SK": PROFILE}


def customer_of(partition_key: str) -> str:
    """The identifier in a customer's partition key."""
    return partition_key.removeprefix("CUSTOMER#")


def is_customer(partition_key: str) -> bool:
    """Whether the items there are a customer's."""
    return partition_key.startswith("CUSTOMER#")


def search_partition(beginning: str) -> str:
    """Tokens by their beginning: two characters, or one that is Chinese."""
    return f"SEARCH#{beginning}"


def search_position(token: str, id: str) -> str:  # noqa: A002
    """No token holds a space, so a prefix never reaches into the id."""
    return f"{token} {id}"


def customer_counts(partition: int = 0) -> str:
    """The first one has what was counted when there was no other.

    It has marks, too, of months for which an earlier release had partitions.
    """
    return f"COUNTS#CUSTOMERS{partition_suffix(partition)}"


def customer_count_shard(partition: int, shard: int) -> Key:
    return {"PK": customer_counts(partition), "SK": f"SHARD#{shard:02}"}
