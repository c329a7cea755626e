"""Importing many customers, each row by itself: a wrong row does not keep the others out.

What becomes of a row depends only on the row and on the customers that exist. So a file can be sent again,
whole or in part, after any failure: its rows find the customers that they created.
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
    """What became of one row. An UNPROCESSED row was not read and should be sent again."""

    status: RowStatus
    customer_id: str | None = None


def import_customers(
    store: CustomerStore,
    drafts: Iterable[CustomerDraft],
    clock: Callable[[], datetime],
    is_out_of_time: Callable[[], bool],
) -> list[RowOutcome]:
    """One outcome per draft, in their order. Drafts are UNPROCESSED once `is_out_of_time` says so."""
    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(partial(_import_row, store, clock, is_out_of_time), drafts))


def _import_row(
    store: CustomerStore,
    clock: Callable[[], datetime],
    is_out_of_time: Callable[[], bool],
    draft: CustomerDraft,
) -> RowOutcome:
    if is_out_of_time():
        return RowOutcome(RowStatus.UNPROCESSED)
    try:
        return _create_or_find(store, draft, clock())
    except BusyError:
        return RowOutcome(RowStatus.UNPROCESSED)


def _create_or_find(store: CustomerStore, draft: CustomerDraft, now: datetime) -> RowOutcome:
    """Tries the row's identifiers in turn, until one is free or belongs to the same customer."""
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
    """Whether the row means this customer: name and email are equal, and nothing else matters."""
    return (customer.name, customer.email) == (draft.name, draft.email)
