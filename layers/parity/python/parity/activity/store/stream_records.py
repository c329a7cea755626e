"""Records of the table's stream as writes of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from parity.activity.rules.changes import ItemWrite
from parity.core.times import from_iso
from parity.customers.store import keys as customer_keys
from parity.customers.store.customer_items import customer_from_item
from parity.dynamodb import keys
from parity.dynamodb.actors import read_actor
from parity.dynamodb.stream_records import read_image
from parity.entitlements.store import keys as entitlement_keys
from parity.entitlements.store.overrides import is_removed, override_from_item
from parity.metering.store import keys as metering_keys
from parity.subscriptions.store.items import subscription_from_item
from parity.usage.store import keys as usage_keys
from parity.usage.store.alerts import alert_from_item
from parity.usage.store.resets import reset_from_item

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parity.activity.rules.attributes import Subject
    from parity.dynamodb.items import Item

OF_CUSTOMERS: Mapping[str, Callable[[Item], Subject]] = {
    customer_keys.PROFILE: customer_from_item,
    entitlement_keys.SUBSCRIPTION: subscription_from_item,
    **dict.fromkeys(entitlement_keys.OVERRIDES, override_from_item),
}
OF_USAGE: Mapping[str, Callable[[Item], Subject]] = {
    usage_keys.USAGE_RESETS: reset_from_item,
    usage_keys.USAGE_ALERTS: alert_from_item,
    usage_keys.REPEATED_USAGE_ALERTS: alert_from_item,
}
"""What reads an item, by how its sort key begins."""

WRITTEN_ON = ("removedOn", "modifiedOn", "resetOn", "createdOn")
"""The first of these that an item has says when it was written."""


def read_item_write(record: Mapping[str, Any]) -> ItemWrite | None:
    """The write that a record tells of; None for items that are not told of, and for deletions.

    What is deleted has expired, or a mark has told of its removal before (docs/decisions/0057). That an alert
    was marked, such as published, is no news either.
    """
    new, old = read_image(record, "NewImage"), read_image(record, "OldImage")
    read = _find_reader(new) if new else None
    if new is None or read is None or (old and metering_keys.is_usage(new["PK"])):
        return None
    return ItemWrite(
        id=_write_id(new),
        customer_id=keys.customer_in(new["PK"]),
        old=read(old) if old and not is_removed(old) else None,
        new=None if is_removed(new) else read(new),
        at=from_iso(next(new[name] for name in WRITTEN_ON if name in new)),
        by=read_actor(new),
    )


def _find_reader(item: Item) -> Callable[[Item], Subject] | None:
    readers = (
        OF_USAGE
        if metering_keys.is_usage(item["PK"])
        else OF_CUSTOMERS
        if customer_keys.is_customer(item["PK"])
        else {}
    )
    return next((read for start, read in readers.items() if item["SK"].startswith(start)), None)


def _write_id(item: Item) -> str:
    """The same for the same write, whenever it is read; an alert has its own id."""
    return str(uuid5(NAMESPACE_URL, " ".join(filter(None, (item["PK"], item["SK"], item.get("writeId"))))))
