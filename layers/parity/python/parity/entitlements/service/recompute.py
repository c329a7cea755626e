"""Recomputing a customer's entitlements when the customer changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.optimistic import retried
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.store.snapshots import SnapshotChangedError

if TYPE_CHECKING:
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings

MAX_ATTEMPTS = 10


class RecomputeFailedError(Exception):
    """The snapshot kept changing meanwhile; the stream delivers the change again."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the customer has, with the snapshot that follows from it, and whether that had to be written."""

    holdings: Holdings
    changed: bool


def recompute(store: EntitlementStore, customer_id: str) -> Recomputed:
    """Brings the snapshot in line with what the customer has. Reads and compares before it writes.

    Whatever is delivered twice, late or out of order ends in the same snapshot, as only what is stored
    counts. It also reads after it wrote: when a change is taken back meanwhile, others see a snapshot that
    is right and write nothing, so the revision does not show that the snapshot just written is out of date.

    Raises RecomputeFailedError.
    """
    changed = False

    def attempt() -> Recomputed:
        nonlocal changed
        holdings = store.holdings(customer_id)
        wanted = computed(holdings)
        if wanted is holdings.snapshot:
            return Recomputed(holdings, changed)
        if wanted is None or not store.save(customer_id, wanted):
            raise SnapshotChangedError
        changed = True
        written = store.holdings(customer_id)
        if computed(written) is not written.snapshot:
            raise SnapshotChangedError
        return Recomputed(written, changed)

    return retried(
        attempt,
        after=(SnapshotChangedError,),
        attempts=MAX_ATTEMPTS,
        exhausted=partial(RecomputeFailedError, customer_id),
    )


def computed(holdings: Holdings) -> Snapshot | None:
    """The snapshot that follows: the stored object if nothing changed, else one of the next revision.

    Without a customer nothing follows, and the stored object stays as it is.
    """
    if holdings.customer is None:
        return holdings.snapshot
    fresh = snapshot_of(holdings.subscriptions, holdings.adjustments, archived=holdings.customer.is_archived)
    stored = holdings.snapshot
    if stored and replace(fresh, revision=stored.revision) == stored:
        return stored
    return replace(fresh, revision=stored.revision + 1 if stored else 1)
