"""What must hold for a table of customers whatever went wrong or happened at once."""

from __future__ import annotations

from typing import Any

from parity.core.paging import PageRequest
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.service.listing import list_customers
from parity.customers.store.customers import CustomerStore
from parity.customers.store.search_index import replace_tokens
from parity.dynamodb.items import from_wire
from parity.dynamodb.table import Table
from parity.dynamodb.transactions import Transaction
from tests.support.customers import items

PAGE_SIZE = 100


def consistent_customers(table: Table) -> list[Customer]:
    """All customers, newest first, after a check that counts, listing and search entries are just theirs."""
    store, everything = CustomerStore(table), items(table)
    listed = _listed(store, None)
    assert {customer.id for customer in listed} == {i["id"] for i in everything if i["SK"] == "PROFILE"}
    assert len(listed) == len({customer.customer_id for customer in listed})
    for status in CustomerStatus:
        of_status = [customer for customer in listed if customer.status is status]
        assert _listed(store, status) == of_status
        assert store.counts().by_status[status] == len(of_status)
    entries = [item for item in everything if item["PK"].startswith("SEARCH#")]
    assert _sorted(entries) == _sorted(_expected_search_entries(table, listed))
    return listed


def _listed(store: CustomerStore, status: CustomerStatus | None) -> list[Customer]:
    page = list_customers(store, status, PageRequest(PAGE_SIZE))
    found = page.rows
    while page.next:
        page = list_customers(store, status, PageRequest(PAGE_SIZE, position=page.next))
        found += page.rows
    return found


def _expected_search_entries(table: Table, found: list[Customer]) -> list[dict[str, Any]]:
    """What the store writes for customers that were not there before."""
    transaction = Transaction(table)
    for customer in found:
        replace_tokens(transaction, None, customer)
    return [from_wire(write["Put"]["Item"]) for write in transaction.writes]


def _sorted(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: (entry["PK"], entry["SK"]))
