"""What operations cost does not depend on how many customers there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.core.paging import PageRequest
from parity.customers.rules.customers import CustomerStatus
from parity.customers.service.listing import list_customers
from parity.customers.service.search import search_customers
from parity.customers.store.customers import customer_store
from parity.customers.store.search_index import search_index
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.fakes.dynamodb.table import DynamoDouble
from tools.bench import bench
from tools.measuring.bench.loading import add_copies, load_sample, read_sample
from tools.measuring.load.tables import new_definition, use_double

FEW, MANY = 120, 3000
LINE = re.compile(r"(\S.*?\S) +([\d.]+) read +([\d.]+) write units, (\d+) requests?")
ACTIVE = CustomerStatus.ACTIVE

Costs = dict[str, tuple[float, float, int]]
"""Read units, write units and requests by the operation."""


@pytest.fixture
def sample_double() -> Iterator[DynamoDouble]:
    """Two customers of the sample, and four copies."""
    with use_double(DynamoDouble(new_definition())) as double:
        load_sample(2)
        add_copies(double.storage, read_sample(double.storage), 2, 6)
        yield double


def read_costs(printed: str) -> list[Costs]:
    """Of each size, in their order; a page is named without its number."""
    sizes = re.split(r"^[\d,]+ customers .*$", printed, flags=re.MULTILINE)[1:]
    return [
        {
            re.sub(r"page [\d,]+ of 50, by", "page of 50, by", name): (
                float(read),
                float(written),
                int(requests),
            )
            for name, read, written, requests in LINE.findall(size)
        }
        for size in sizes
    ]


@pytest.mark.slow
def test_operations_cost_the_same_among_few_and_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench([FEW, MANY], tmp_path / "table.db")
    few, many = read_costs(capsys.readouterr().out)
    assert len(few) == 11
    lists = {name for name in few if name.startswith("list")}
    assert len(lists) == 2
    assert {name: cost for name, cost in few.items() if name not in lists} == {
        name: cost for name, cost in many.items() if name not in lists
    }
    for name in lists:
        assert many[name][0] <= 9, (name, many[name])


def test_a_copy_is_listed_found_and_counted_under_an_identifier_of_its_own(
    sample_double: DynamoDouble,
) -> None:
    page = list_customers(customer_store(), ACTIVE, PageRequest(50))
    found = {customer.customer_id for customer in page.rows}
    assert page.count == len(found) == 8  # with those whose events and whose rare word are measured
    assert {"c0001000000", "c0002000001"} < found
    assert len({customer.id for customer in page.rows}) == 8
    (copy,) = search_customers(customer_store(), search_index(), "c0002000001", ACTIVE, PageRequest(10)).rows
    assert copy.customer_id == "c0002000001"


def test_a_copy_has_a_subscription_of_its_own(sample_double: DynamoDouble) -> None:
    original, copy = (
        subscription_store().of_customer(customer_id) for customer_id in ("c0000000001", "c0002000001")
    )
    assert len(copy) == 1
    assert copy[0].id != original[0].id
    assert subscription_store().customer_of(copy[0].id) == "c0002000001"
    assert copy[0].terms == original[0].terms
