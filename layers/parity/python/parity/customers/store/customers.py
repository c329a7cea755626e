"""Customers: the profile of each, and its place in the listing.

A write changes the counts and the snapshot in the same transaction. Search entries follow it
(docs/decisions/0066).
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from parity.aws.failures import log_failure
from parity.aws.outages import is_outage
from parity.core.errors import VersionConflictError
from parity.core.steps import collect_failures
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.rules.errors import (
    CustomerAlreadyExistsError,
    CustomerNotFoundError,
    inactive_customer_error,
)
from parity.customers.store import keys
from parity.customers.store.customer_counts import add_to_counts, read_counts
from parity.customers.store.customer_items import LISTS, customer_from_item, customer_to_item
from parity.customers.store.search_entries import SearchEntries, delete_entries
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.partitioned_lists import PartitionedLists
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.store.snapshots import archive_snapshot, put_first_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parity.core.idempotency import AnswerRecord
    from parity.core.steps import Step
    from parity.customers.store.customer_counts import CustomerCounts
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

    AlsoWrite = Callable[[Transaction, str], None]
    """Adds writes for the customer with that identifier to the transaction."""

ACTIVE_CONDITION = "customerStatus = :active"
ACTIVE_VALUES = {":active": CustomerStatus.ACTIVE.value}


class CustomerTakenError(CustomerAlreadyExistsError):
    """`existing` is the customer that has the identifier."""

    def __init__(self, existing: Customer) -> None:
        super().__init__(existing.customer_id)
        self.existing = existing


class CustomerStore:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.search_entries = SearchEntries(table, self.get)

    def get(self, customer_id: str) -> Customer:
        """Strongly consistent. Raises CustomerNotFoundError."""
        item = self.table.get(keys.customer(customer_id))
        if item is None:
            raise CustomerNotFoundError(customer_id)
        return customer_from_item(item)

    def get_many(
        self, customer_ids: Iterable[str], is_current: Callable[[Customer], bool] = lambda _: True
    ) -> dict[str, Customer]:
        """Eventually consistent. Those not found, or not current, are read again, strongly consistent."""
        wanted = list(customer_ids)
        found = map(customer_from_item, self.table.batch_get(map(keys.customer, wanted)))
        customers = {customer.customer_id: customer for customer in found if is_current(customer)}
        return customers | {missing: self.get(missing) for missing in wanted if missing not in customers}

    def create(self, customer: Customer, record: AnswerRecord | None = None) -> None:
        """Writes the profile, the count and the answer in one transaction; then search entries and snapshot.

        Raises CustomerTakenError, and the errors of `keep_answer` for a used idempotency key.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(
            customer_to_item(customer),
            "attribute_not_exists(PK)",
            refused=lambda item: CustomerTakenError(customer_from_item(item or {})),
        )
        add_to_counts(transaction, {customer.status: 1})
        transaction.commit()
        _follow_up(
            customer,
            partial(self.search_entries.replace, None, customer),
            partial(put_first_snapshot, self.table, customer.customer_id),
        )

    def replace(
        self,
        old: Customer,
        new: Customer,
        record: AnswerRecord | None = None,
        also_write: AlsoWrite | None = None,
    ) -> None:
        """Raises VersionChangedError if the stored customer is no longer `old`.

        `also_write` adds what other areas write in the same transaction.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(
            customer_to_item(new),
            "version = :version",
            {":version": old.version},
            refused=lambda _: VersionChangedError(),
        )
        if new.is_erased:
            delete_entries(transaction, old)
        if new.status is not old.status:
            add_to_counts(transaction, {old.status: -1, new.status: 1})
        if new.is_archived and not old.is_archived:
            archive_snapshot(transaction, new.customer_id)
        if also_write:
            also_write(transaction, new.customer_id)
        transaction.commit()
        if not new.is_erased:
            _follow_up(new, partial(self.search_entries.replace, old, new))

    def counts(self) -> CustomerCounts:
        """Eventually consistent, a Query per partition of the counts."""
        return read_counts(self.table)

    def lists(self, statuses: Iterable[CustomerStatus]) -> PartitionedLists[Customer]:
        return PartitionedLists(self.table, [LISTS[status] for status in statuses], customer_from_item)


def _follow_up(customer: Customer, *steps: Step) -> None:
    """Does what follows a change that is stored. If AWS fails, it is left to the stream function.

    The change is answered as done then, because it is. An error would say that nothing was written.
    """
    for error in collect_failures(steps):
        if not (is_outage(error) or isinstance(error, VersionConflictError)):
            raise error
        log_failure("left to the stream", error, customerId=customer.customer_id)


def require_active(transaction: Transaction, customer_id: str) -> None:
    """Adds the condition that the customer exists and is active.

    Else the transaction raises CustomerNotFoundError, CustomerIsArchivedError or CustomerIsErasedError.
    """
    transaction.require(
        keys.customer(customer_id), ACTIVE_CONDITION, ACTIVE_VALUES, partial(not_active_error, customer_id)
    )


def not_active_error(customer_id: str, item: Item | None) -> Exception:
    """The error of a write that requires an active customer; `item` is the customer that was found."""
    if item is None:
        return CustomerNotFoundError(customer_id)
    return inactive_customer_error(customer_id, is_erased="erasedOn" in item)


@cache
def customer_store() -> CustomerStore:
    return CustomerStore(table())
