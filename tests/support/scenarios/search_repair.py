"""The part of the stream function that settles search entries, by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from parity.customers.service.search_repair import settle_search_entries
from parity.customers.store.customers import CustomerStore
from parity.dynamodb.stream_records import group_by_customer
from parity.dynamodb.table import Table
from tests.support.fakes.event_sources import select_records

Record = dict[str, Any]


def settle_by_records(table: Table, records: Iterable[Record]) -> None:
    """Does for all customers what their records ask for, of those that the function's filters let pass."""
    store = CustomerStore(table)
    for customer_id, of_customer in group_by_customer(select_records(list(records))).items():
        settle_search_entries(store, customer_id, of_customer)
