"""Importing many customers, each row by itself: a wrong row does not keep the others out.

No row changes a customer who exists. A file can be sent again after any failure: its rows find the customers
that they created.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.actors import keep_actor
from parity.core.errors import BusyError
from parity.customers.rules import customers as rules
from parity.customers.rules.errors import CustomerAlreadyExistsError, CustomerIsErasedError
from parity.customers.rules.import_rows import make_import_rows
from parity.customers.store.customers import CustomerTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.core.errors import ConflictError
    from parity.customers.rules.customers import Customer, CustomerDraft
    from parity.customers.rules.import_rows import ImportRow
    from parity.customers.store.customers import CustomerStore

WORKERS = 8


class RowStatus(StrEnum):
    CREATED = "created"
    EXISTING = "existing"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    UNPROCESSED = "unprocessed"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row. An UNPROCESSED row was not read and should be sent again.

    The customer of an ARCHIVED row exists, and stays archived. `namesake_of` is the identifier that the row's
    name gives, if another customer has it. `error` is why a row is REJECTED.
    """

    status: RowStatus
    customer_id: str | None = None
    namesake_of: str | None = None
    error: ConflictError | None = None


def import_customers(
    store: CustomerStore,
    drafts: Iterable[CustomerDraft],
    clock: Callable[[], datetime],
    is_out_of_time: Callable[[], bool],
) -> list[RowOutcome]:
    """One outcome per draft, in their order. Drafts are UNPROCESSED once `is_out_of_time` says so."""
    rows = make_import_rows(drafts)
    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(keep_actor(partial(_import_row, store, clock, is_out_of_time)), rows))


def _import_row(
    store: CustomerStore,
    clock: Callable[[], datetime],
    is_out_of_time: Callable[[], bool],
    row: ImportRow,
) -> RowOutcome:
    if is_out_of_time():
        return RowOutcome(RowStatus.UNPROCESSED)
    try:
        return _create_or_find(store, row, clock())
    except BusyError:
        return RowOutcome(RowStatus.UNPROCESSED)


def _create_or_find(store: CustomerStore, row: ImportRow, now: datetime) -> RowOutcome:
    """Tries the row's identifiers in turn, until one is free or has the customer that the row means."""
    first, *others = row.possible_identifiers()
    outcome = _create_or_find_as(first, store, row, now)
    for customer_id in others:
        if outcome.status is not RowStatus.REJECTED:
            return outcome
        outcome = replace(_create_or_find_as(customer_id, store, row, now), namesake_of=first)
    return outcome


def _create_or_find_as(customer_id: str, store: CustomerStore, row: ImportRow, now: datetime) -> RowOutcome:
    """REJECTED if another customer has the identifier."""
    customer = rules.new_customer(
        row.draft, id=str(uuid4()), customer_id=customer_id, now=now, imported_as=row.mark
    )
    try:
        store.create(customer)
    except CustomerTakenError as taken:
        return _outcome_of_taken(taken.existing, row)
    return RowOutcome(RowStatus.CREATED, customer_id)


def _outcome_of_taken(existing: Customer, row: ImportRow) -> RowOutcome:
    customer_id = existing.customer_id
    if row.means(existing):
        return RowOutcome(RowStatus.ARCHIVED if existing.is_archived else RowStatus.EXISTING, customer_id)
    error = (CustomerIsErasedError if existing.is_erased else CustomerAlreadyExistsError)(customer_id)
    return RowOutcome(RowStatus.REJECTED, customer_id, error=error)
