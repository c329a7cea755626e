"""What a customer has again once unarchived."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.customers.rules.customers import unarchive_customer
from parity.entitlements.service.recompute import next_snapshot
from parity.entitlements.store.snapshots import put_snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.transactions import Transaction
    from parity.entitlements.store.holdings import EntitlementStore


def restore_snapshot(
    store: EntitlementStore, now: datetime, transaction: Transaction, customer_id: str
) -> None:
    """Adds the snapshot that a customer has once unarchived to the transaction that unarchives.

    The commit may raise SnapshotChangedError.
    """
    holdings = store.holdings(customer_id)
    active = holdings.customer and unarchive_customer(holdings.customer, now)
    if snapshot := next_snapshot(replace(holdings, customer=active), now):
        put_snapshot(transaction, customer_id, snapshot)
