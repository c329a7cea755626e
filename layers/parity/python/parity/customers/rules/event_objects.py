"""Customers in events, in the vendor's form (docs/contract.md, "Webhooks")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.times import to_iso_seconds

if TYPE_CHECKING:
    from parity.customers.rules.customers import Customer


def describe_customer(customer: Customer, organisation: str) -> dict[str, Any]:
    """The object of an event about the customer; `subscriptions` is how many are live."""
    return {
        "id": customer.id,
        "object": "customer",
        "customer_id": customer.customer_id,
        "name": customer.name,
        "email": customer.email,
        "details": {},
        "metadata": None if customer.metadata is None else dict(customer.metadata),
        "billing_address": _copy_address(customer),
        "subscriptions": customer.live_subscriptions,
        "organization": organisation,
        "created_on": to_iso_seconds(customer.created_on),
        "modified_on": to_iso_seconds(customer.modified_on),
    }


def describe_customer_within(customer: Customer) -> dict[str, Any]:
    """The customer within an object that is about something else."""
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "customer_id": customer.customer_id,
        "billing_address": _copy_address(customer),
    }


def _copy_address(customer: Customer) -> dict[str, Any] | None:
    return None if customer.billing_address is None else dict(customer.billing_address)
