"""Every key of the table and of its indexes. No other module knows what a key looks like.

docs/access-patterns.md shows this table; a test compares the two.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

Key = dict[str, str]

LISTING = "listing"
COUNT_SHARDS = 16


def customer(customer_id: str) -> Key:
    return {"PK": f"CUSTOMER#{customer_id}", "SK": "PROFILE"}


def customer_listing(month: str) -> str:
    """Active customers created in a month (`yyyy-mm`)."""
    return f"CUSTOMERS#{month}"


def archived_customer_listing(month: str) -> str:
    return f"ARCHIVED_CUSTOMERS#{month}"


def listing_position(created_on: str, id: str) -> str:  # noqa: A002
    """Sorts by time of creation; the id breaks ties."""
    return f"{created_on}#{id}"


def search_partition(word: str) -> str:
    """Tokens by their first two characters, and by their first one for searches of one letter."""
    return f"SEARCH#{word[:2]}"


def search_position(token: str, id: str) -> str:  # noqa: A002
    """No token holds a space, so a prefix never reaches into the id."""
    return f"{token} {id}"


def customer_counts() -> str:
    return "COUNTS#CUSTOMERS"


def customer_count_shard(shard: int) -> Key:
    return {"PK": customer_counts(), "SK": f"SHARD#{shard:02}"}


def customer_month(month: str) -> Key:
    """Says that customers were created in this month."""
    return {"PK": customer_counts(), "SK": f"MONTH#{month}"}


def month_of_key(sort_key: str) -> str | None:
    return sort_key.removeprefix("MONTH#") if sort_key.startswith("MONTH#") else None


def idempotency(idempotency_key: str) -> Key:
    """Hashed: the caller's key may be anything, also something secret."""
    return {"PK": f"IDEMPOTENCY#{sha256(idempotency_key.encode()).hexdigest()}", "SK": "ANSWER"}


def api_keys() -> str:
    return "API_KEYS"


def api_key(digest: str) -> Key:
    return {"PK": api_keys(), "SK": digest}


def month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
