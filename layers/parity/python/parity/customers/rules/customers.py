"""Customers, and the rules for changing, archiving, unarchiving and erasing one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypedDict

from parity.core.versions import is_identical
from parity.customers.rules.errors import (
    CustomerHasLiveSubscriptionsError,
    CustomerIsErasedError,
    CustomerIsNotArchivedError,
    inactive_customer_error,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class CustomerStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class BillingAddress(TypedDict):
    country: str
    line1: str
    line2: str | None
    postal_code: str
    city: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """What a caller sends to create a customer. An identifier left out is derived from the name."""

    name: str
    customer_id: str | None = None
    email: str | None = None
    metadata: Mapping[str, Any] | None = None
    billing_id: str | None = None
    billing_address: BillingAddress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`id` is a UUID, and `customer_id` the identifier that people chose. `version` counts the changes.

    `live_subscriptions` is changed by the transactions that start and end subscriptions. A customer with
    `erased_on` is archived, and its name is its identifier. `imported_as` is the mark of the row of an import
    that created the customer.
    """

    id: str
    customer_id: str
    name: str
    email: str | None
    metadata: Mapping[str, Any] | None
    billing_id: str | None
    billing_address: BillingAddress | None
    status: CustomerStatus
    archived_on: datetime | None
    live_subscriptions: int
    version: int
    created_on: datetime
    modified_on: datetime
    erased_on: datetime | None = None
    imported_as: str | None = None

    @property
    def is_archived(self) -> bool:
        return self.status is CustomerStatus.ARCHIVED

    @property
    def is_erased(self) -> bool:
        return self.erased_on is not None


def new_customer(
    draft: CustomerDraft,
    *,
    id: str,  # noqa: A002
    customer_id: str,
    now: datetime,
    imported_as: str | None = None,
) -> Customer:
    return Customer(
        id=id,
        customer_id=customer_id,
        name=draft.name,
        email=draft.email,
        metadata=draft.metadata,
        billing_id=draft.billing_id,
        billing_address=draft.billing_address,
        status=CustomerStatus.ACTIVE,
        archived_on=None,
        live_subscriptions=0,
        version=1,
        created_on=now,
        modified_on=now,
        imported_as=imported_as,
    )


def check_active(customer: Customer) -> None:
    """Raises CustomerIsErasedError, CustomerIsArchivedError."""
    if customer.is_archived:
        raise inactive_customer_error(customer.customer_id, is_erased=customer.is_erased)


def change_customer(customer: Customer, changes: Mapping[str, Any], now: datetime) -> Customer:
    """The customer with these fields replaced; the same object if nothing changes.

    Raises CustomerIsErasedError, CustomerIsArchivedError.
    """
    check_active(customer)
    if is_identical(replace(customer, **changes), customer):
        return customer
    return replace(customer, **changes, version=customer.version + 1, modified_on=now)


def archive_customer(customer: Customer, now: datetime) -> Customer:
    """The customer, archived; the same object if it is archived already.

    Raises CustomerHasLiveSubscriptionsError.
    """
    if customer.is_archived:
        return customer
    if customer.live_subscriptions:
        raise CustomerHasLiveSubscriptionsError(customer.customer_id, customer.live_subscriptions)
    return replace(
        customer,
        status=CustomerStatus.ARCHIVED,
        archived_on=now,
        version=customer.version + 1,
        modified_on=now,
    )


def unarchive_customer(customer: Customer, now: datetime) -> Customer:
    """The customer, active again; the same object if it is active already.

    Raises CustomerIsErasedError.
    """
    if customer.is_erased:
        raise CustomerIsErasedError(customer.customer_id)
    if not customer.is_archived:
        return customer
    return replace(
        customer,
        status=CustomerStatus.ACTIVE,
        archived_on=None,
        version=customer.version + 1,
        modified_on=now,
    )


def erase_customer(customer: Customer, now: datetime) -> Customer:
    """The customer without what tells who it is; the same object if it is erased already.

    The identifier and the billing id stay, as subscriptions and usage are kept and billed under them. Raises
    CustomerIsNotArchivedError.
    """
    if customer.is_erased:
        return customer
    if not customer.is_archived:
        raise CustomerIsNotArchivedError(customer.customer_id)
    return replace(
        customer,
        name=customer.customer_id,
        email=None,
        metadata=None,
        billing_address=None,
        imported_as=None,
        erased_on=now,
        version=customer.version + 1,
        modified_on=now,
    )
