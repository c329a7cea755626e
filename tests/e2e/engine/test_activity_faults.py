"""Changes by many, told by processes that end at any moment, on the real engine: each has one entry."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Signal
from threading import Lock
from typing import Any, cast

import pytest

from local.engine import Engine
from parity.activity.service.stream import StreamStores, follow_records
from parity.activity.service.telling import TellingStores
from parity.activity.store.entries import EntryStore
from parity.aws.event_bus import Event, EventBus
from parity.core.errors import BusyError
from parity.core.times import now
from parity.customers.store.customers import CustomerStore
from parity.dynamodb.stream_records import group_by_customer
from parity.dynamodb.table import Table
from parity.entitlements.service.recompute import RecomputeFailedError
from parity.entitlements.store.holdings import EntitlementStore
from parity.entitlements.store.overrides import OverrideStore
from parity.metering.service.windows import WindowStores
from parity.metering.store.counters import CounterStore
from tests.support.answers import expect
from tests.support.builders.activity import scan_entries
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer, send_erase
from tests.support.builders.entitlements import create_grant, remove_grant, remove_override, set_override
from tests.support.builders.moments import DAY
from tests.support.engines.tables import (
    Clients,
    StreamedTable,
    create_streamed_table,
    make_functions_client,
    use_table,
)
from tests.support.fakes.clients import ProcessEnded, end_some_processes, inject_fault, remove_pauses
from tests.support.fakes.event_sources import select_records
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.slow

CUSTOMERS = 6
CHANGES = 30
DELIVERERS = 3
BATCH_SIZE = 15
ENDED_SHARE = 0.08
NAME = "Ilse Vogt"

REQUEST = Lock()
"""A process has one request at a time, as on AWS: Powertools keeps it in one place for all threads."""

Record = dict[str, Any]


@dataclass
class FakeBus:
    """A bus during whose requests the process may end, before or after they are carried out."""

    chance: random.Random
    published: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lock: Lock = field(default_factory=Lock)

    def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            with self.lock:
                chance = self.chance.random()
                self.published[event.id] += chance > ENDED_SHARE / 2
            if chance < ENDED_SHARE:
                raise ProcessEnded


@pytest.fixture
def place(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamedTable]:
    """A table with a stream, which the handlers of this process use."""
    remove_pauses(monkeypatch)
    place = create_streamed_table(Clients.connect(engine))
    use_table(Table(make_functions_client(engine), place.table.name), monkeypatch)
    yield place
    place.table.client.delete_table(TableName=place.table.name)


def make_stores(table: Table, bus: FakeBus) -> StreamStores:
    telling = TellingStores(
        EntryStore(table),
        CustomerStore(table),
        OverrideStore(table),
        cast("EventBus", bus),
        "org-1",
        365 * DAY,
    )
    return StreamStores(WindowStores(EntitlementStore(table), CounterStore(table)), telling)


def change_customer(number: int) -> int:
    """Makes changes of one customer, and erases it if its number is even; how many changes were made."""
    changes = 0
    for change in _list_changes(number):
        with REQUEST:
            change()
        changes += 1
    return changes


def _list_changes(number: int) -> Iterator[Callable[[], object]]:
    """Each is a request. What the next one is may depend on the answer."""
    chance, customer_id = random.Random(number), f"c-{number}"
    yield partial(create_customer, NAME, customerId=customer_id)
    grants: list[str] = []
    is_overridden = False
    for step in range(CHANGES):
        match chance.randrange(4):
            case 0:
                yield partial(_rename, customer_id, f"{NAME} {step}")
            case 1 if is_overridden:
                yield partial(_remove, remove_override, customer_id=customer_id)
                is_overridden = False
            case 2 if grants:
                yield partial(_remove, remove_grant, grants.pop(), customer_id)
            case 3:
                yield partial(_grant, customer_id, grants)
            case _:
                yield partial(set_override, customer_id=customer_id, value=step + 1)
                is_overridden = True
    if number % 2 == 0:
        yield partial(archive_customer, customer_id)
        yield lambda: expect(send_erase(customer_id), 200)


def _rename(customer_id: str, name: str) -> None:
    expect(call("customers/update", parameters={"customerId": customer_id}, body={"name": name}), 200)


def _remove(remove: Callable[..., Reply], *what: str, **of_customer: str) -> None:
    assert remove(*what, **of_customer).status == 204


def _grant(customer_id: str, grants: list[str]) -> None:
    grants.append(create_grant(5, customer_id)["grantId"])


def deliver_until(
    done: Signal, read: Callable[[], list[Record]], stores: StreamStores, chance: random.Random
) -> int:
    """Delivers what is new, and some of the old again, until all is told; how many deliveries failed."""
    failures, told = 0, list[Record]()
    with ThreadPoolExecutor(DELIVERERS) as threads:
        while True:
            is_last = done.is_set()
            records = select_records(read())
            batches = [records[start : start + BATCH_SIZE] for start in range(0, len(records), BATCH_SIZE)]
            batches += [_pick_again(told, chance) for _ in range(2)]
            failures += sum(threads.map(partial(deliver, stores), batches))
            told += records
            if is_last:
                return failures


def _pick_again(told: list[Record], chance: random.Random) -> list[Record]:
    """Some of what was told, in any order."""
    return chance.sample(told, min(len(told), chance.randrange(1, BATCH_SIZE)))


def deliver(stores: StreamStores, batch: list[Record]) -> int:
    """Delivers a batch, and its halves where it fails, until all is told; how many deliveries failed."""
    failures = 0
    waiting = [batch]
    while waiting:
        part = waiting.pop()
        if part and not _is_followed(stores, part):
            failures += 1
            half = len(part) // 2
            waiting += [part[half:], part[:half]] if half else [part]
    return failures


def _is_followed(stores: StreamStores, batch: list[Record]) -> bool:
    followed = True
    try:
        for customer_id, records in group_by_customer(batch).items():
            follow_records(stores, customer_id, records, now())
    except* (BusyError, RecomputeFailedError, ProcessEnded):
        followed = False
    return followed


def test_each_change_is_told_once_and_an_erased_customer_is_named_nowhere(
    engine: Engine, place: StreamedTable
) -> None:
    create_feature("Exports")
    chance, done = random.Random(7), Signal()
    bus, table = FakeBus(chance), Table(make_functions_client(engine), place.table.name)
    with (
        inject_fault(table.client, end_some_processes(ENDED_SHARE)),
        ThreadPoolExecutor(CUSTOMERS + 1) as threads,
    ):
        telling = threads.submit(deliver_until, done, place.follow(), make_stores(table, bus), chance)
        try:
            made = list(threads.map(change_customer, range(CUSTOMERS)))
        finally:
            done.set()
        failures = telling.result()
    assert failures > CUSTOMERS
    told = [scan_entries(f"c-{number}") for number in range(CUSTOMERS)]
    assert [len({entry["id"] for entry in entries}) for entries in told] == made
    assert [len(entries) for entries in told] == made
    assert {entry["id"] for entries in told for entry in entries} == {
        *filter(bus.published.get, bus.published)
    }
    for number, entries in enumerate(told):
        assert any("personal" in entry for entry in entries) == bool(number % 2)
    assert not [item for item in scan_items(place.table) if "removedOn" in item]
