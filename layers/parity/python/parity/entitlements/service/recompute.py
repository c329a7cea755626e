"""Recomputing entitlements when a customer changed, and answering what a customer may do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.entitlements.rules.snapshots import snapshot_of
from parity.metering.service.windows import _adjust_counters

if TYPE_CHECKING:
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings

MAX_ATTEMPTS = 10
WORKERS = 8


class RecomputeFailedError(Exception):
    """The snapshot kept changing meanwhile; the stream sends the change again."""


def recompute(store: EntitlementStore, customer_id: str) -> bool:
    """Brings the snapshot in line with what the customer has; False if it was. Reads and compares first.

    Whatever was told twice, late or in another order ends in the same snapshot, as nothing but what is stored
    counts. It also reads after it wrote: when a change is taken back meanwhile, others see a snapshot that
    is right and write nothing, so the revision does not tell that what was just written is out of date.
    """
    written = False
    for _ in range(MAX_ATTEMPTS):
        holdings = store.holdings(customer_id)
        wanted = computed(holdings)
        if wanted is None or wanted == holdings.snapshot:
            _adjust_counters(store, holdings)
            return written
        written |= store.save(customer_id, wanted)
    raise RecomputeFailedError(customer_id)


def computed(holdings: Holdings) -> Snapshot | None:
    """The snapshot that follows: the stored one if nothing changed, else one of the next revision."""
    if holdings.customer is None:
        return None
    fresh = snapshot_of(holdings.subscriptions, holdings.adjustments, archived=holdings.customer.is_archived)
    stored = holdings.snapshot
    if stored and replace(fresh, revision=stored.revision) == stored:
        return stored
    return replace(fresh, revision=stored.revision + 1 if stored else 1)
