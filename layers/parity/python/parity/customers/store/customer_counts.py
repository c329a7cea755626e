"""How many customers exist by status.

Every creation adds to one of many items in its transaction. They are so many that few transactions collide,
and are in several partitions, because one of them bears 500 creations a second (docs/decisions/0070).
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from parity.customers.rules.customers import CustomerStatus
from parity.customers.store import keys
from parity.dynamodb.month_marks import find_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction

WORKERS = keys.COUNT_PARTITIONS


class CustomerCounts:
    """`earlier_months` are those for which an earlier release listed customers by month.

    They are texts such as `2026-03`, newest first (docs/decisions/0081).
    """

    def __init__(self, items: Iterable[Item]) -> None:
        items = list(items)
        self.by_status = {
            status: sum(item.get(status.value, 0) for item in items) for status in CustomerStatus
        }
        self.earlier_months = find_months(items)

    def total(self, statuses: Iterable[CustomerStatus]) -> int:
        return sum(self.by_status[status] for status in statuses)


def read_counts(table: Table) -> CustomerCounts:
    """Eventually consistent, as the list is; a Query per partition."""
    partitions = map(keys.customer_counts, range(keys.COUNT_PARTITIONS))
    with ThreadPoolExecutor(WORKERS) as workers:
        found = workers.map(partial(_read_partition, table), partitions)
        return CustomerCounts(chain.from_iterable(found))


def _read_partition(table: Table, partition: str) -> list[Item]:
    return table.query("PK = :counts", {":counts": partition}).items


def add_to_counts(transaction: Transaction, amounts: Mapping[CustomerStatus, int]) -> None:
    partition, shard = random.randrange(keys.COUNT_PARTITIONS), random.randrange(keys.COUNT_SHARDS)  # noqa: S311
    by_status = {status.value: amount for status, amount in amounts.items()}
    transaction.add(keys.customer_count_shard(partition, shard), **by_status)
