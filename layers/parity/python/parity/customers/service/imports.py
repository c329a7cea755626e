"""Importing many customers: each row by itself, so that good rows of a bad file are kept.

What a row becomes depends on nothing but the row and the customers that exist, so the same file can be sent
again, whole or in part, after whatever went wrong: it finds its own customers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.errors import BusyError
from parity.core.identifiers import derive_identifier, with_content_suffix
from parity.customers.rules import customers as rules
from parity.customers.store.customers import CustomerTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from parity.customers.rules.customers import Customer, CustomerDraft
    from parity.customers.store.customers import CustomerStore

WORKERS = 8


class RowStatus(StrEnum):
    CREATED = "created"
    EXISTING = "existing"
    REJECTED = "rejected"
    UNPROCESSED = "unprocessed"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row; `unprocessed` rows were not looked at and are to be sent again."""

    status: RowStatus
    customer_id: str | None = None


def import_customers(
    store: CustomerStore,
    drafts: Iterable[CustomerDraft],
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
) -> list[RowOutcome]:
    """One outcome per draft, in order."""
    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(partial(_import_row, store, clock, out_of_time), drafts))


def _import_row(
    store: CustomerStore,
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
    draft: CustomerDraft,
) -> RowOutcome:
    if out_of_time():
        return RowOutcome(RowStatus.UNPROCESSED)
    try:
        return _create_or_find(store, draft, clock())
    except BusyError:
        return RowOutcome(RowStatus.UNPROCESSED)


def _create_or_find(store: CustomerStore, draft: CustomerDraft, now: datetime) -> RowOutcome:
    """The first of the row's identifiers that is free or already holds this very customer."""
    for customer_id in _possible_identifiers(draft):
        customer = rules.new_customer(draft, id=str(uuid4()), customer_id=customer_id, now=now)
        try:
            store.create(customer)
        except CustomerTakenError as taken:
            if is_same_customer(taken.existing, draft):
                return RowOutcome(RowStatus.EXISTING, customer_id)
        else:
            return RowOutcome(RowStatus.CREATED, customer_id)
    return RowOutcome(RowStatus.REJECTED, customer_id)


def _possible_identifiers(draft: CustomerDraft) -> list[str]:
    if draft.customer_id:
        return [draft.customer_id]
    identifier = derive_identifier(draft.name)
    return [identifier, with_content_suffix(identifier, draft.name, draft.email or "")]


def is_same_customer(customer: Customer, draft: CustomerDraft) -> bool:
    """Rows with the same name and email are the same customer, whatever else differs."""
    return (customer.name, customer.email) == (draft.name, draft.email)
