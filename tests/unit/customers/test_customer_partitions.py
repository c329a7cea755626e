"""A list of customers is in several partitions, and is read as if it were in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from parity.core.paging import PageRequest
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.service.listing import list_customers
from parity.customers.store import keys as customer_keys
from parity.customers.store.customers import CustomerStore
from parity.dynamodb import keys
from parity.dynamodb.table import Table
from tests.support.builders.customers import make_customer
from tests.support.fakes.clients import record_requests
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.tables import read_table_definition

START = datetime(2026, 2, 26, tzinfo=UTC)
NUMBER = 60
ACTIVE = CustomerStatus.ACTIVE


@pytest.fixture
def double() -> DynamoDouble:
    """One request follows the other here, so no time has to pass."""
    return DynamoDouble(read_table_definition("table"))


@pytest.fixture
def store(double_table: Table) -> CustomerStore:
    return CustomerStore(double_table)


@pytest.fixture
def customers(store: CustomerStore) -> list[Customer]:
    """One every two hours, over the end of a month; the newest first."""
    made = [make_numbered(number) for number in range(NUMBER)]
    for customer in made:
        store.create(customer)
    return made[::-1]


def make_numbered(number: int) -> Customer:
    moment = START + timedelta(hours=2 * number)
    return replace(make_customer(f"c-{number}"), id=f"id-{number}", created_on=moment, modified_on=moment)


def walk(store: CustomerStore, size: int, *, backward: bool = False) -> Iterator[Customer]:
    """All pages, one after the other; backward from the last one."""
    position = keys.FIRST_POSITION if backward else None
    while True:
        page = list_customers(store, ACTIVE, PageRequest(size, position=position, backward=backward))
        yield from reversed(page.rows) if backward else page.rows
        position = page.previous if backward else page.next
        if position is None:
            return


def put_as_earlier_release(
    double: DynamoDouble, customers: Iterable[Customer], partition_of: Callable[[Customer], str]
) -> None:
    """It had partitions for each month, and a mark for each month."""
    for customer in customers:
        item = double.storage.get(("CUSTOMER#" + customer.customer_id, customer_keys.PROFILE))
        assert item
        month = f"{customer.created_on:%Y-%m}"
        double.storage.put({**item, "listingPK": {"S": f"CUSTOMERS#{month}{partition_of(customer)}"}})
        double.storage.put({"PK": {"S": "COUNTS#CUSTOMERS"}, "SK": {"S": f"MONTH#{month}"}})


def only_partition(_: Customer) -> str:
    """A month had one at first."""
    return ""


def one_of_four(customer: Customer) -> str:
    return ("", "#1", "#2", "#3")[sum(customer.id.encode()) % 4]


@pytest.mark.parametrize("size", [1, 7, 50, 59, 60])
def test_every_customer_is_on_one_page_in_order(
    size: int, store: CustomerStore, customers: list[Customer]
) -> None:
    assert list(walk(store, size)) == customers
    assert list(walk(store, size, backward=True)) == customers[::-1]


def test_a_page_by_number_is_that_of_the_walk(store: CustomerStore, customers: list[Customer]) -> None:
    page = list_customers(store, ACTIVE, PageRequest(10, number=4))
    assert page.rows == customers[30:40]


def test_customers_are_spread_over_partitions(double: DynamoDouble, customers: list[Customer]) -> None:
    found = Counter(item["listingPK"]["S"] for item in read_profiles(double))
    assert set(found) == {f"CUSTOMERS#{number}" for number in range(4)}


@pytest.mark.parametrize("partition_of", [only_partition, one_of_four])
@pytest.mark.parametrize("earlier", [slice(None), slice(24, None), slice(36), slice(None, None, 3)])
def test_customers_of_an_earlier_release_are_listed_among_the_others(
    double: DynamoDouble,
    store: CustomerStore,
    customers: list[Customer],
    earlier: slice,
    partition_of: Callable[[Customer], str],
) -> None:
    put_as_earlier_release(double, customers[earlier], partition_of)
    for size in (7, NUMBER):
        assert list(walk(store, size)) == customers
        assert list(walk(store, size, backward=True)) == customers[::-1]
    oldest_first = list_customers(store, ACTIVE, PageRequest(30, oldest_first=True))
    assert oldest_first.rows == customers[:-31:-1]


def test_partitions_of_an_earlier_release_are_read_only_where_a_page_reaches_them(
    double: DynamoDouble, store: CustomerStore, customers: list[Customer]
) -> None:
    """The newest 24 customers are of March, the others of February."""
    put_as_earlier_release(double, customers[24:], only_partition)
    with record_requests(store.table.client) as requests:
        assert list_customers(store, ACTIVE, PageRequest(20)).rows == customers[:20]
    assert _partitions_in(requests) == {f"CUSTOMERS#{number}" for number in range(4)}
    with record_requests(store.table.client) as requests:
        assert list_customers(store, ACTIVE, PageRequest(40)).rows == customers[:40]
    assert _partitions_in(requests) == {
        *(f"CUSTOMERS#{number}" for number in range(4)),
        *(f"CUSTOMERS#2026-02{suffix}" for suffix in ("", "#1", "#2", "#3")),
    }


def _partitions_in(requests: Iterable[tuple[str, dict[str, Any]]]) -> set[str]:
    return {
        request["ExpressionAttributeValues"][":partition"]["S"]
        for _, request in requests
        if "IndexName" in request
    }


def test_customers_of_many_months_are_listed_in_seven_requests(store: CustomerStore) -> None:
    """Three for the counts and four for the rows, of four customers in each of twelve months."""
    for month, number in product(range(1, 13), range(4)):
        moment = datetime(2026, month, 1 + number, tzinfo=UTC)
        customer = make_customer(f"c-{month}-{number}")
        store.create(replace(customer, id=f"id-{month}-{number}", created_on=moment, modified_on=moment))
    with record_requests(store.table.client) as requests:
        page = list_customers(store, ACTIVE, PageRequest(50))
    assert (len(page.rows), page.next, page.count) == (48, None, 48)
    assert len(requests) == 7


def test_a_change_moves_a_customer_of_an_earlier_release_to_its_partition(
    double: DynamoDouble, store: CustomerStore, customers: list[Customer]
) -> None:
    places = [item["listingPK"] for item in read_profiles(double)]
    put_as_earlier_release(double, customers, only_partition)
    for customer in customers:
        store.replace(customer, replace(customer, billing_id="b", version=customer.version + 1))
    assert [item["listingPK"] for item in read_profiles(double)] == places
    assert [customer.billing_id for customer in walk(store, 50)] == ["b"] * NUMBER


def read_profiles(double: DynamoDouble) -> Iterator[dict[str, dict[str, str]]]:
    for number in range(NUMBER):
        item = double.storage.get((f"CUSTOMER#c-{number}", customer_keys.PROFILE))
        assert item
        yield dict(item)  # type: ignore[arg-type]
