"""What operations on all 5,083 institutions cost in read and write units."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from parity.core.paging import PageRequest
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft, CustomerStatus
from parity.customers.service.changes import (
    CustomerToChange,
    archive_customer,
    create_customer,
    update_customer,
)
from parity.customers.service.imports import import_customers
from parity.customers.service.listing import list_customers
from parity.customers.service.search import search_customers
from parity.customers.store.customers import customer_store
from parity.customers.store.search_index import search_index
from parity.dynamodb.table import table
from parity.metering.store.counters import freeze_counters
from parity.subscriptions.store.subscriptions import subscription_store
from tools.measuring.institutions import read_institutions
from tools.measuring.units import Meter, empty_table

ACTIVE = CustomerStatus.ACTIVE
DEPTH = 100
FEW, FEW_A_MONTH, MONTH = 50, 4, timedelta(days=30)


def measure() -> None:
    store, index, meter = customer_store(), search_index(), Meter()
    count = _load()
    sys.stdout.write(f"{count} customers\n")

    def page(request: PageRequest) -> Any:  # noqa: ANN401
        return list_customers(store, ACTIVE, request)

    for size in (10, 50):
        _measure_pages(meter, page, size)
    meter.measure(f"list, page {DEPTH} of 10, by number", lambda: page(PageRequest(10, number=DEPTH)))

    def search(text: str, size: int = 10) -> Any:  # noqa: ANN401
        return search_customers(store, index, text, ACTIVE, PageRequest(size))

    meter.measure("search `harv`, page of 10", lambda: search("harv"))
    meter.measure("search `university`, page of 10", lambda: search("university"))
    meter.measure("search `university`, page of 50", lambda: search("university", 50))
    meter.measure("search `university of cambridge`, page of 10", lambda: search("university of cambridge"))
    draft = CustomerDraft(name="Zürich Institut für Messkunde", email="office@messkunde.example")
    customer = meter.measure("create", lambda: create_customer(store, draft, now(), lambda _: None))
    found = meter.measure("search right after the create", lambda: search("zurich mess"))
    if [row.customer_id for row in found.rows] != [customer.customer_id]:
        sys.exit("the search right after the create did not find the customer")
    customer_id = customer.customer_id
    meter.measure("get", lambda: store.get(customer_id))
    meter.measure(
        "change the billing id",
        lambda: update_customer(store, CustomerToChange(customer_id), {"billing_id": "c"}, now()),
    )
    meter.measure(
        "rename", lambda: update_customer(store, CustomerToChange(customer_id), {"name": "Messkunde"}, now())
    )
    meter.measure(
        "archive",
        lambda: archive_customer(
            store, subscription_store(), CustomerToChange(customer_id), now(), freeze_counters
        ),
    )


def _measure_pages(meter: Meter, page: Callable[[PageRequest], Any], size: int) -> None:
    first = meter.measure(f"list, page 1 of {size}", lambda: page(PageRequest(size)))
    deep = PageRequest(size, position=_follow(page, first.next, size, DEPTH))
    meter.measure(f"list, page {DEPTH} of {size}, by cursor", lambda: page(deep))


def measure_few_a_month() -> None:
    """A page of so few customers that they are of many months."""
    store, meter = customer_store(), Meter()
    first = now() - MONTH * FEW / FEW_A_MONTH
    for number in range(FEW):
        moment = first + MONTH * number / FEW_A_MONTH
        create_customer(store, CustomerDraft(name=f"Studio {number}"), moment, lambda _: None)
    meter.measure(
        f"list, page 1 of 50, of {FEW} customers, {FEW_A_MONTH} a month",
        lambda: list_customers(store, ACTIVE, PageRequest(50)),
    )


def _load() -> int:
    drafts = read_institutions()
    return len(import_customers(customer_store(), drafts, now, lambda: False))


def _follow(page: Callable[[PageRequest], Any], position: str | None, size: int, depth: int) -> str | None:
    for _ in range(depth - 2):
        position = page(PageRequest(size, position=position)).next
    return position


if __name__ == "__main__":
    with empty_table():
        measure()
    with empty_table():
        table.cache_clear()
        customer_store.cache_clear()
        measure_few_a_month()
