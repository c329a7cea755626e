"""The next snapshot of a customer, for the transaction of a change and for the repair after it.

Whatever changes what a customer has writes the snapshot in the same transaction (docs/decisions/0041). The
stream function computes it again from what is stored, and writes only a difference (docs/decisions/0026).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.optimistic import retry
from parity.entitlements.rules.errors import EntitlementsTooLargeError
from parity.entitlements.rules.history import with_history
from parity.entitlements.rules.settlement import find_earlier_turn
from parity.entitlements.rules.snapshots import snapshot_of, with_first_payments
from parity.entitlements.store.snapshots import SnapshotChangedError, measure_snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.holdings import EntitlementStore, Holdings

MAX_ATTEMPTS = 10

MAX_SNAPSHOT_BYTES = 256 * 1024
"""How large a snapshot may get by what is added. An item has 400 KB; the rest is for cancels and payments."""


class RecomputeFailedError(Exception):
    """The snapshot changed during every attempt; the stream redelivers the record."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the customer has, with the present snapshot, and whether that snapshot had to be written."""

    holdings: Holdings
    changed: bool


def recompute(store: EntitlementStore, customer_id: str, now: datetime) -> Recomputed:
    """Computes the snapshot from what is stored, and writes it if it differs.

    Only what is stored counts, so records that are redelivered, late or out of order lead to the same
    snapshot.

    After a write, it reads everything again and compares. For example, this call reads a new
    subscription, and then somebody cancels it. A second call computes the old snapshot, finds that one
    stored, and writes nothing. Only then does this call write its snapshot, which is out of date by now.
    Its revision is the expected one all the same, so only reading again shows the error.

    Raises RecomputeFailedError.
    """
    changed = False

    def attempt() -> Recomputed:
        nonlocal changed
        holdings = store.holdings(customer_id)
        wanted = next_snapshot(holdings, now)
        if wanted is None:
            return Recomputed(holdings, changed)
        if not store.save(customer_id, wanted):
            raise SnapshotChangedError
        changed = True
        written = store.holdings(customer_id)
        if next_snapshot(written, now):
            raise SnapshotChangedError
        return Recomputed(written, changed)

    return retry(
        attempt,
        after=(SnapshotChangedError,),
        attempts=MAX_ATTEMPTS,
        exhausted=partial(RecomputeFailedError, customer_id),
    )


def snapshot_of_next_revision(holdings: Holdings, at: datetime) -> Snapshot | None:
    """As `next_snapshot`, but of the next revision also if it says the same. None without a customer.

    For a removal, which leaves no version behind: of two changes at once, the second has to read again.
    """
    return next_snapshot(holdings, at) or _repeat_snapshot(holdings)


def larger_snapshot_of_next_revision(holdings: Holdings, at: datetime) -> Snapshot | None:
    """As `next_larger_snapshot`, but of the next revision also if it says the same.

    For a change that what else the customer has allows: of two at once, the second has to read again. Raises
    EntitlementsTooLargeError.
    """
    return next_larger_snapshot(holdings, at) or _repeat_snapshot(holdings)


def _repeat_snapshot(holdings: Holdings) -> Snapshot | None:
    """The stored snapshot with the next revision."""
    stored = holdings.snapshot
    return stored and replace(stored, revision=stored.revision + 1)


def next_snapshot(holdings: Holdings, at: datetime) -> Snapshot | None:
    """The snapshot of the next revision, of what a customer has from `at` on: then sources end that are gone.

    None if the stored one says the same, or without a customer. `holdings.snapshot` is the stored one; the
    rest is as it is after the change.
    """
    customer, stored = holdings.customer, holdings.snapshot
    if customer is None:
        return None
    fresh = snapshot_of(holdings.subscriptions, holdings.overrides, archived=customer.is_archived)
    counters = holdings.counter_views
    settled_on = {feature: counter.usage.at for feature, counter in counters.items()}
    changed = with_history(fresh, stored, at, settled_on)
    if stored and replace(changed, revision=stored.revision) == stored:
        return None
    turns = {
        feature: turn
        for feature, counter in counters.items()
        if not changed.archived
        and (turn := find_earlier_turn(changed.meter(feature), counter.usage, counter.turns_on))
    }
    return replace(changed, revision=stored.revision + 1 if stored else 1, turns=turns)


def next_larger_snapshot(holdings: Holdings, at: datetime) -> Snapshot | None:
    """As `next_snapshot`, for a change that may add to what a customer has.

    Raises EntitlementsTooLargeError if the snapshot would pass MAX_SNAPSHOT_BYTES and grow. Subscriptions
    that await their first payment count as paid, because a payment is not refused.
    """
    wanted = next_snapshot(holdings, at)
    paid = replace(holdings, subscriptions=with_first_payments(holdings.subscriptions))
    largest = wanted if paid.subscriptions == holdings.subscriptions else next_snapshot(paid, at)
    if largest and holdings.customer and _is_too_large(largest, holdings.snapshot):
        raise EntitlementsTooLargeError(holdings.customer.customer_id)
    return wanted


def _is_too_large(snapshot: Snapshot, stored: Snapshot | None) -> bool:
    size = measure_snapshot(snapshot)
    return size > MAX_SNAPSHOT_BYTES and not (stored and size <= measure_snapshot(stored))
