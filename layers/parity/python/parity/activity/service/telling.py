"""Telling what records of the stream say: one entry of activity for each change, and one event on the bus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from parity.activity.rules.changes import derive_change
from parity.activity.rules.entries import entry_of
from parity.activity.service.publishing import publish_changes
from parity.activity.store.stream_records import read_item_write
from parity.core.steps import collect_failures
from parity.customers.rules.customers import Customer
from parity.entitlements.rules.overrides import Override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from parity.activity.rules.changes import Change, ItemWrite
    from parity.activity.store.entries import EntryStore
    from parity.aws.event_bus import EventBus
    from parity.customers.store.customers import CustomerStore
    from parity.entitlements.store.overrides import OverrideStore

    Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TellingStores:
    """What telling of changes needs.

    `organisation` is the id that events carry, `retention` is how long an entry is kept.
    """

    entries: EntryStore
    customers: CustomerStore
    overrides: OverrideStore
    bus: EventBus
    organisation: str
    retention: timedelta


def tell_records(stores: TellingStores, customer_id: str, records: Iterable[Record]) -> None:
    """Stores an entry for each change of one customer, and publishes the changes.

    Safe to repeat with the same records, with some of them, in another order, or after the process ended
    anywhere: a change has one entry, and is published at least once, under one id. A record that fails keeps
    no other from being told: all failures are raised at the end, in an ExceptionGroup.
    """
    writes: list[ItemWrite] = []
    told: list[Change] = []
    failures = [
        *collect_failures(partial(_read, record, writes) for record in records),
        *collect_failures(partial(_store_entry, stores, write, told) for write in writes),
        *collect_failures(
            [partial(_publish, stores, told), partial(_forget_erased, stores, customer_id, told)]
        ),
        *collect_failures(partial(_delete_mark, stores.overrides, write) for write in writes),
    ]
    if failures:
        raise ExceptionGroup("some changes could not be told", failures)


def _read(record: Record, writes: list[ItemWrite]) -> None:
    if write := read_item_write(record):
        writes.append(write)


def _store_entry(stores: TellingStores, write: ItemWrite, told: list[Change]) -> None:
    if change := derive_change(write):
        stores.entries.put(entry_of(change), stores.retention)
        told.append(change)


def _publish(stores: TellingStores, told: Sequence[Change]) -> None:
    publish_changes(stores.bus, stores.customers, told, stores.organisation)


def _forget_erased(stores: TellingStores, customer_id: str, told: Iterable[Change]) -> None:
    """Redacts the customer's entries if it is erased by now (docs/decisions/0059).

    It is looked up after entries were stored. So whichever is later, the erasure or an entry that came late,
    finds the other.
    """
    is_named = any(isinstance(change.subject, Customer) for change in told)
    if is_named and stores.customers.get(customer_id).is_erased:
        stores.entries.redact(customer_id)


def _delete_mark(overrides: OverrideStore, write: ItemWrite) -> None:
    if isinstance(write.old, Override) and write.new is None:
        overrides.delete_mark(write.customer_id, write.old, write.at)
