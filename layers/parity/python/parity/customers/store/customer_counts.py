"""How many customers exist by status, and in which months any were created.

The counts are spread over several items, because every creation adds to one of them in its transaction. One
Query reads the counts and the months.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from parity.customers.rules.customers import CustomerStatus
from parity.dynamodb import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction


class CustomerCounts:
    """`months` are texts such as `2026-03`, newest first."""

    def __init__(self, items: Iterable[Item]) -> None:
        items = list(items)
        self.by_status = {
            status: sum(item.get(status.value, 0) for item in items) for status in CustomerStatus
        }
        months = (keys.month_of_key(item["SK"]) for item in items)
        self.months = sorted(filter(None, months), reverse=True)

    def total(self, statuses: Iterable[CustomerStatus]) -> int:
        return sum(self.by_status[status] for status in statuses)


def read_counts(table: Table) -> CustomerCounts:
    """Strongly consistent, one Query."""
    result = table.query("PK = :counts", {":counts": keys.customer_counts()}, ConsistentRead=True)
    return CustomerCounts(result.items)


def add_to_counts(transaction: Transaction, amounts: Mapping[CustomerStatus, int]) -> None:
    shard = random.randrange(keys.COUNT_SHARDS)  # noqa: S311
    by_status = {status.value: amount for status, amount in amounts.items()}
    transaction.add(keys.customer_count_shard(shard), **by_status)


def mark_month(transaction: Transaction, month: str) -> None:
    """Notes that a customer was created in the month; the item is the same every time."""
    transaction.put({**keys.customer_month(month)})
