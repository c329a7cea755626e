"""The snapshot that checks read: one compact value, small enough that a check costs half a read unit."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from parity.dynamodb.items import pack_text, unpack_text
from parity.dynamodb.optimistic import VersionChangedError
from parity.entitlements.rules.sources import Snapshot
from parity.entitlements.store import keys
from parity.entitlements.store.counter_view import expire_counter
from parity.entitlements.store.snapshot_content import content_from_text, content_to_text

if TYPE_CHECKING:
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction


MAX_EXPIRED = 40
"""A transaction has up to 100 writes. The stream function expires the counters beyond."""


class SnapshotChangedError(VersionChangedError):
    """Somebody else wrote a snapshot in between: the stored one is not of the revision before the new one."""


def put_snapshot(transaction: Transaction, customer_id: str, snapshot: Snapshot) -> None:
    """Adds the write of a snapshot to a transaction, whose commit may raise SnapshotChangedError."""
    transaction.put(
        snapshot_to_item(customer_id, snapshot),
        *revision_condition(snapshot),
        refused=lambda _: SnapshotChangedError(),
    )
    for feature, turn in islice(snapshot.turns.items(), MAX_EXPIRED):
        expire_counter(transaction, customer_id, feature, turn)


def require_revision(transaction: Transaction, customer_id: str, snapshot: Snapshot | None) -> None:
    """Adds the condition that this snapshot is the stored one; the commit may raise SnapshotChangedError."""
    if snapshot:
        transaction.require(
            keys.entitlements(customer_id),
            "revision = :revision",
            {":revision": snapshot.revision},
            lambda _: SnapshotChangedError(),
        )


def revision_condition(snapshot: Snapshot) -> tuple[str, dict[str, int]]:
    """The condition that the stored snapshot has the revision before this one, and the condition's values."""
    if snapshot.revision == 1:
        return "attribute_not_exists(PK)", {}
    return "revision = :before", {":before": snapshot.revision - 1}


def put_first_snapshot(table: Table, customer_id: str) -> None:
    """Puts the snapshot of a new customer, who has nothing, unless there is one. One write unit."""
    first = Snapshot(archived=False, subscribed=(), features={}, revision=1)
    table.put_on_condition(snapshot_to_item(customer_id, first), *revision_condition(first))


def archive_snapshot(transaction: Transaction, customer_id: str) -> None:
    """Adds a write that takes all access away, whichever snapshot is stored.

    The sources stay: what was used of a grant is still known when the customer is unarchived. The revision
    grows. So a recomputation that read the customer before cannot write, and reads again.
    """
    transaction.upsert(keys.entitlements(customer_id), {"archived": True}, {"revision": 1})


def snapshot_to_item(customer_id: str, snapshot: Snapshot) -> Item:
    return {
        **keys.entitlements(customer_id),
        "archived": snapshot.archived,
        "revision": snapshot.revision,
        "content": _pack(snapshot),
    }


def measure_snapshot(snapshot: Snapshot) -> int:
    """The bytes of its stored content, which is nearly all of its item."""
    packed = _pack(snapshot)
    return len(packed if isinstance(packed, bytes) else packed.encode())


def snapshot_from_item(item: Item) -> Snapshot:
    """A customer that was archived before its first snapshot was written has one without content."""
    subscribed, features = content_from_text(unpack_text(item["content"])) if "content" in item else ((), {})
    return Snapshot(
        archived=item["archived"], revision=item["revision"], subscribed=subscribed, features=features
    )


def _pack(snapshot: Snapshot) -> str | bytes:
    return pack_text(content_to_text(snapshot))
