"""What it costs to create, rename, archive, erase and import each of the 5,083 institutions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from statistics import mean
from time import process_time
from typing import Any

from parity.core.times import now
from parity.customers.rules.customers import Customer
from parity.customers.service.changes import (
    CustomerToChange,
    archive_customer,
    create_customer,
    erase_customer,
    update_customer,
)
from parity.customers.service.imports import import_customers
from parity.customers.service.search_repair import settle_search_entries
from parity.customers.store import keys
from parity.customers.store.customers import CustomerStore, customer_store
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import table
from parity.metering.store.counters import freeze_counters
from parity.subscriptions.store.subscriptions import subscription_store
from tools.measuring.institutions import read_institutions
from tools.measuring.units import Meter, Units, empty_table

EVERY = 10
"""Of so many customers one is changed: all of them would take half an hour."""

Work = Callable[[], object]


def measure() -> None:
    store, meter = customer_store(), Meter()
    drafts = read_institutions()
    store.counts()
    created = [meter.count(partial(create_customer, store, draft, now(), lambda _: None)) for draft in drafts]
    _print("create", [units for _, units in created])
    customers = [customer for customer, _ in created][::EVERY]
    later = [meter.count(_settle_new(store, customer))[1] for customer in customers]
    _print("its search entries are compared by the stream function", later)
    renames = (_rename(store, *pair) for pair in pairwise(customers))
    for what, works in (
        ("rename to the name of another", renames),
        ("archive", (_archive(store, customer) for customer in customers)),
        ("erase", (_erase(store, customer) for customer in customers)),
    ):
        _print(what, [meter.count(work)[1] for work in works])


def measure_import() -> None:
    meter, drafts = Meter(), read_institutions()
    started = process_time()
    _, units = meter.count(lambda: import_customers(customer_store(), drafts, now, lambda: False))
    seconds = process_time() - started
    rows = len(drafts)
    sys.stdout.write(
        f"import, for each row {units.written / rows:.2f} write units, {units.read / rows:.2f} read, "
        f"{units.requests / rows:.2f} requests; {rows / seconds:.0f} rows a second of CPU\n"
    )


def _settle_new(store: CustomerStore, customer: Customer) -> Work:
    """What the stream function does with the record of a new customer."""
    key = to_wire(keys.customer(customer.customer_id))
    image = store.table.client.get_item(TableName=store.table.name, Key=key)["Item"]
    record: dict[str, Any] = {"dynamodb": {"Keys": key, "NewImage": image}}
    return partial(settle_search_entries, store, customer.customer_id, [record])


def _rename(store: CustomerStore, customer: Customer, other: Customer) -> Work:
    target = CustomerToChange(customer.customer_id)
    return partial(update_customer, store, target, {"name": other.name}, now())


def _archive(store: CustomerStore, customer: Customer) -> Work:
    target = CustomerToChange(customer.customer_id)
    return partial(archive_customer, store, subscription_store(), target, now(), freeze_counters)


def _erase(store: CustomerStore, customer: Customer) -> Work:
    return partial(erase_customer, store, CustomerToChange(customer.customer_id), now(), lambda _: None)


def _print(what: str, units: Iterable[Units]) -> None:
    every = list(units)
    written = [each.written for each in every]
    sys.stdout.write(
        f"{what:<58} {len(every):>5} times, {mean(written):>5.2f} write units on average, "
        f"{max(written):>2.0f} at most; {mean(each.read for each in every):>4.2f} read, "
        f"{mean(each.requests for each in every):>4.2f} requests\n"
    )


if __name__ == "__main__":
    with empty_table():
        measure()
    with empty_table():
        table.cache_clear()
        customer_store.cache_clear()
        measure_import()
