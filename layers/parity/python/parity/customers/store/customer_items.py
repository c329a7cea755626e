"""The item of a customer: its profile, and its place in the listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.times import from_iso, to_iso
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.store import keys
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.actors import changed_by
from parity.dynamodb.items import from_json_text, to_json_text

if TYPE_CHECKING:
    from parity.dynamodb.items import Item

LISTS = {
    CustomerStatus.ACTIVE: keys.CUSTOMERS,
    CustomerStatus.ARCHIVED: keys.ARCHIVED_CUSTOMERS,
}


def customer_to_item(customer: Customer) -> Item:
    created_on = to_iso(customer.created_on)
    return {
        **keys.customer(customer.customer_id),
        "listingPK": shared_keys.list_partition_of(LISTS[customer.status], customer.id),
        "listingSK": shared_keys.listing_position(created_on, customer.id),
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
        **changed_by(),
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
