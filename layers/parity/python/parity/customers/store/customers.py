"""Customers: the profile of each, and its place in the listing.

A write changes the search entries, the counts and the snapshot in the same transaction.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from parity.core.times import from_iso, to_iso
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.rules.errors import (
    CustomerAlreadyExistsError,
    CustomerNotFoundError,
    inactive_customer_error,
)
from parity.customers.store.customer_counts import add_to_counts, mark_month, read_counts
from parity.customers.store.search_index import replace_entries
from parity.dynamodb import keys
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.items import from_json_text, to_json_text
from parity.dynamodb.listing import query_month
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.store.snapshots import archive_snapshot, empty_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parity.core.idempotency import AnswerRecord
    from parity.customers.store.customer_counts import CustomerCounts
    from parity.dynamodb.items import Item
    from parity.dynamodb.listing import MonthRows, RowRange
    from parity.dynamodb.table import Table

    AlsoWrite = Callable[[Transaction, str], None]
    """Adds writes for the customer with that identifier to the transaction."""

LISTINGS = {
    CustomerStatus.ACTIVE: keys.customer_listing,
    CustomerStatus.ARCHIVED: keys.archived_customer_listing,
}


ACTIVE_CONDITION = "customerStatus = :active"
ACTIVE_VALUES = {":active": CustomerStatus.ACTIVE.value}


class CustomerTakenError(CustomerAlreadyExistsError):
    """`existing` is the customer that has the identifier."""

    def __init__(self, existing: Customer) -> None:
        super().__init__(existing.customer_id)
        self.existing = existing


class CustomerStore:
    """One per process: it remembers which months are marked, so that only the first create marks a month."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._marked_months: set[str] = set()

    def get(self, customer_id: str) -> Customer:
        """Strongly consistent. Raises CustomerNotFoundError."""
        item = self.table.get(keys.customer(customer_id))
        if item is None:
            raise CustomerNotFoundError(customer_id)
        return customer_from_item(item)

    def get_many(self, customer_ids: Iterable[str]) -> dict[str, Customer]:
        """Eventually consistent. A customer that is not found that way is read again, strongly consistent."""
        wanted = list(customer_ids)
        found = map(customer_from_item, self.table.batch_get(map(keys.customer, wanted)))
        customers = {customer.customer_id: customer for customer in found}
        return customers | {missing: self.get(missing) for missing in wanted if missing not in customers}

    def create(self, customer: Customer, record: AnswerRecord | None = None) -> None:
        """Writes the profile, its search entries, the count and the answer in one transaction.

        Raises CustomerTakenError, and the errors of `keep_answer` for a used idempotency key.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(
            _to_item(customer),
            "attribute_not_exists(PK)",
            refused=lambda item: CustomerTakenError(customer_from_item(item or {})),
        )
        empty_snapshot(transaction, customer.customer_id)
        replace_entries(transaction, None, customer)
        add_to_counts(transaction, {customer.status: 1})
        month = keys.month(customer.created_on)
        if month not in self._marked_months:
            mark_month(transaction, month)
        transaction.commit()
        self._marked_months.add(month)

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
            _to_item(new),
            "version = :version",
            {":version": old.version},
            refused=lambda _: VersionChangedError(),
        )
        replace_entries(transaction, old, new)
        if new.status is not old.status:
            add_to_counts(transaction, {old.status: -1, new.status: 1})
        if new.is_archived and not old.is_archived:
            archive_snapshot(transaction, new.customer_id)
        if also_write:
            also_write(transaction, new.customer_id)
        transaction.commit()

    def counts(self) -> CustomerCounts:
        """Strongly consistent, one Query."""
        return read_counts(self.table)

    def page_of_month(self, status: CustomerStatus, month: str, wanted: RowRange) -> MonthRows[Customer]:
        """Customers created in one month, such as `2026-03`; one Query, eventually consistent."""
        return query_month(self.table, LISTINGS[status](month), wanted, customer_from_item)


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


def _to_item(customer: Customer) -> Item:
    created_on = to_iso(customer.created_on)
    return {
        **keys.customer(customer.customer_id),
        "listingPK": LISTINGS[customer.status](keys.month(customer.created_on)),
        "listingSK": keys.listing_position(created_on, customer.id),
        "id": customer.id,
        "customerId": customer.customer_id,
        "name": customer.name,
        "email": customer.email,
        "metadata": to_json_text(customer.metadata),
        "billingId": customer.billing_id,
        "billingAddress": to_json_text(customer.billing_address),
        "customerStatus": customer.status.value,
        "archivedOn": to_iso(customer.archived_on) if customer.archived_on else None,
        "erasedOn": to_iso(customer.erased_on) if customer.erased_on else None,
        "importedAs": customer.imported_as,
        "liveSubscriptions": customer.live_subscriptions,
        "version": customer.version,
        "createdOn": created_on,
        "modifiedOn": to_iso(customer.modified_on),
    }


def customer_from_item(item: Item) -> Customer:
    return Customer(
        id=item["id"],
        customer_id=item["customerId"],
        name=item["name"],
        email=item.get("email"),
        metadata=from_json_text(item.get("metadata")),
        billing_id=item.get("billingId"),
        billing_address=from_json_text(item.get("billingAddress")),
        status=CustomerStatus(item["customerStatus"]),
        archived_on=from_iso(item["archivedOn"]) if "archivedOn" in item else None,
        erased_on=from_iso(item["erasedOn"]) if "erasedOn" in item else None,
        imported_as=item.get("importedAs"),
        live_subscriptions=item["liveSubscriptions"],
        version=item["version"],
        created_on=from_iso(item["createdOn"]),
        modified_on=from_iso(item["modifiedOn"]),
    )


@cache
def customer_store() -> CustomerStore:
    return CustomerStore(table())
