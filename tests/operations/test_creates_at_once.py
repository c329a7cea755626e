"""Creates of new processes at once: DynamoDB cancels transactions that write the same item."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from parity.customers.store import keys
from parity.dynamodb.table import Table
from tests.support.builders.catalog import sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.subscriptions import create_subscription
from tests.support.fakes.clients import record_requests
from tests.support.fakes.tables import forget_stores

SHARDS = [
    keys.customer_count_shard(partition, shard)
    for partition in range(keys.COUNT_PARTITIONS)
    for shard in range(keys.COUNT_SHARDS)
]


def list_transacted(table: Table, create: Callable[[], object]) -> set[tuple[str, str]]:
    """The keys of the items in the transactions of a process that is new; no count, as those have shards."""
    forget_stores()
    with record_requests(table.client) as requests:
        create()
    writes = [
        write
        for name, params in requests
        if name == "TransactWriteItems"
        for write in params["TransactItems"]
    ]
    targets = [next(iter(write.values())) for write in writes]
    written = [target.get("Key") or target["Item"] for target in targets]
    assert written
    return {(key["PK"]["S"], key["SK"]["S"]) for key in written} - {(key["PK"], key["SK"]) for key in SHARDS}


def test_customers_of_new_processes_have_no_item_in_common(parity_table: Table) -> None:
    creates = [partial(create_customer, name) for name in ("Zeta", "Quark")]
    first, second = (list_transacted(parity_table, create) for create in creates)
    assert first & second == set()


def test_subscriptions_of_new_processes_have_no_item_in_common(parity_table: Table) -> None:
    sell_plan()
    for name in ("Zeta", "Quark"):
        create_customer(name)
    creates = [partial(create_subscription, customer_id=customer) for customer in ("zeta", "quark")]
    first, second = (list_transacted(parity_table, create) for create in creates)
    assert first & second == set()
