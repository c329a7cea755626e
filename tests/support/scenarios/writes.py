"""Requests that change something, how often each took effect, and what must hold afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parity.core.paging import PageRequest
from parity.core.periods import Reset
from parity.core.times import now, to_iso
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.service.listing import list_customers
from parity.customers.store.customers import CustomerStore
from parity.customers.store.search_entries import entries_of
from parity.dynamodb.table import Table
from parity.entitlements.store import keys as entitlement_keys
from parity.metering.rules.buckets import hour_of
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store import keys as metering_keys
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from parity.usage.store.reservations import reservation_store
from tests.support.answers import expect
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import scan_items

Request = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """A request that changes something: `prepare` makes one, `effects` counts how often it took effect.

    Carried out once it takes `effect`; `case` tells it from others of the operation. `is_sent_once` says that
    the client does not send it again by itself, as it adds to a sum.
    """

    operation: str
    status: int
    prepare: Callable[[str], Request]
    effects: Callable[[Table, str], int]
    effect: int = 1
    case: str = ""
    is_sent_once: bool = False

    def send(self, request: Request) -> Reply:
        return call(self.operation, **request)

    def __str__(self) -> str:
        return f"{self.operation} {self.case}".rstrip()


def make_key_header(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


FEATURE = "exports"
HAPPENED = now()
BATCH = 3
AMOUNT = 5


def _make_report(name: str, value: int = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"customerId": name, "featureId": FEATURE, "behaviour": "DELTA", "value": value, **more}


def _make_entitled_path(name: str) -> dict[str, str]:
    """The path parameters of a new customer who is entitled to the feature."""
    customer_id: str = create_customer(name)["customerId"]
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH), customer_id=customer_id, feature=FEATURE)
    return {"customerId": customer_id}


def _make_event(name: str, number: int = 0) -> dict[str, Any]:
    return {
        "customerId": name,
        "eventName": "completion",
        "idempotencyKey": f"{name}-{number}",
        "timestamp": to_iso(HAPPENED),
        "properties": {"number": number},
    }


def _prepare_event(name: str) -> Request:
    create_customer(name)
    return {"body": _make_event(name)}


def _prepare_events(name: str) -> Request:
    create_customer(name)
    return {"body": {"events": [_make_event(name, number) for number in range(BATCH)]}}


def _prepare_first_report(name: str) -> Request:
    _make_entitled_path(name)
    return {"body": _make_report(name), "headers": make_key_header(name)}


def _prepare_next_report(name: str) -> Request:
    _make_entitled_path(name)
    expect(call("report/usage", body=_make_report(name, 0)), 200)
    return {"body": _make_report(name, enforce=True), "headers": make_key_header(name)}


def _prepare_reservation(name: str) -> Request:
    body = {"featureId": FEATURE, "value": AMOUNT}
    return {"parameters": _make_entitled_path(name), "body": body, "headers": make_key_header(name)}


def _prepare_settlement(name: str) -> Request:
    path = _make_entitled_path(name)
    body = {"featureId": FEATURE, "value": AMOUNT}
    made = expect(call("reservations/create", parameters=path, body=body), 201)
    return {"parameters": path | {"reservationId": made["reservationId"]}, "headers": make_key_header(name)}


def _prepare_reset(name: str) -> Request:
    path = _make_entitled_path(name)
    expect(call("report/usage", body=_make_report(name, AMOUNT)), 200)
    return {"parameters": path | {"feature": FEATURE}, "headers": make_key_header(name)}


def _count_stored_events(_: Table, name: str) -> int:
    return len(event_store().of_hour(name, hour_of(HAPPENED)))


def _count_used(table: Table, name: str) -> int:
    """The usage of the counter, which must agree with its windows and with the reservations."""
    counter = counter_store().get(UsageKey(name, FEATURE))
    item = table.get(entitlement_keys.usage_counter(name, FEATURE))
    if counter is None or item is None:
        return 0
    assert item["taken"] == item["used"] + item["held"]
    assert item["held"] == _count_held(name)
    assert counter.total == counter.windows[0].used
    return int(counter.total)


def _count_held(name: str) -> int:
    return sum(each.amount for each in reservation_store().list_of_customer(name))


def _count_reserved(table: Table, name: str) -> int:
    assert _count_used(table, name) == 0
    return _count_held(name)


def _count_released(table: Table, name: str) -> int:
    return AMOUNT - _count_reserved(table, name)


def _count_resets(table: Table, name: str) -> int:
    """The number of records of resets, which must agree with the counter."""
    partition = metering_keys.usage(name, FEATURE)
    records = [
        item for item in scan_items(table) if item["PK"] == partition and item["SK"].startswith("RESET#")
    ]
    counter = counter_store().get(UsageKey(name, FEATURE))
    assert counter is not None
    assert counter.total == AMOUNT
    assert counter.windows[0].used == (0 if records else AMOUNT)
    return len(records)


USAGE_WRITES = [
    Write("report/event", 200, _prepare_event, _count_stored_events),
    Write("report/events", 200, _prepare_events, _count_stored_events, effect=BATCH),
    Write("report/usage", 200, _prepare_first_report, _count_used, case="the first", is_sent_once=True),
    Write("report/usage", 200, _prepare_next_report, _count_used, case="another", is_sent_once=True),
    Write(
        "reservations/create", 201, _prepare_reservation, _count_reserved, effect=AMOUNT, is_sent_once=True
    ),
    Write("reservations/confirm", 200, _prepare_settlement, _count_used, effect=AMOUNT, is_sent_once=True),
    Write("reservations/release", 200, _prepare_settlement, _count_released, effect=AMOUNT),
    Write("usage/reset", 200, _prepare_reset, _count_resets, is_sent_once=True),
]

PAGE_SIZE = 100


def list_consistent_customers(table: Table) -> list[Customer]:
    """All customers, newest first. Counts, listing and search entries must be exactly theirs."""
    store, everything = CustomerStore(table), scan_items(table)
    listed = _list_all(store, None)
    assert {customer.id for customer in listed} == {i["id"] for i in everything if i["SK"] == "PROFILE"}
    assert len(listed) == len({customer.customer_id for customer in listed})
    for status in CustomerStatus:
        of_status = [customer for customer in listed if customer.status is status]
        assert _list_all(store, status) == of_status
        assert store.counts().by_status[status] == len(of_status)
    entries = [item for item in everything if item["PK"].startswith("SEARCH#")]
    wanted = [entry for customer in listed for entry in entries_of(customer).values()]
    assert _sort_entries(entries) == _sort_entries(wanted)
    return listed


def _list_all(store: CustomerStore, status: CustomerStatus | None) -> list[Customer]:
    page = list_customers(store, status, PageRequest(PAGE_SIZE))
    found = page.rows
    while page.next:
        page = list_customers(store, status, PageRequest(PAGE_SIZE, position=page.next))
        found += page.rows
    return found


def _sort_entries(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: (entry["PK"], entry["SK"]))
