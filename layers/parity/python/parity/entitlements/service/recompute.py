"""Recomputing entitlements when a customer changed, and answering what a customer may do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.errors import CustomerNotFoundError
from parity.core.identifiers import is_possible
from parity.core.times import now
from parity.dynamodb.transactions import Transaction
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import DenialReason
from parity.entitlements.service.check import check
from parity.metering.service.windows import adjust
from parity.metering.store.buckets import BucketStore
from parity.metering.store.counters import CounterStore, freeze_counters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.entitlements.rules.sources import Entitlement, Snapshot
    from parity.entitlements.store.checks import CheckStore
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


def _adjust_counters(store: EntitlementStore, holdings: Holdings) -> None:
    """Gives counters the windows that the entitlements ask for now; usually they have them.

    Of an archived customer it freezes those that came into being while the archive was written.
    """
    if holdings.customer and holdings.customer.is_archived:
        if not all(counter.frozen for counter in holdings.counters):
            _freeze(store, holdings.customer.customer_id)
        return
    for counter in holdings.counters:
        adjust(CounterStore(store.table), BucketStore(store.table), counter, holdings.snapshot, now())


def _freeze(store: EntitlementStore, customer_id: str) -> None:
    transaction = Transaction(store.table)
    freeze_counters(transaction, customer_id)
    if transaction.writes:
        transaction.commit()


def computed(holdings: Holdings) -> Snapshot | None:
    """The snapshot that follows: the stored one if nothing changed, else one of the next revision."""
    if holdings.customer is None:
        return None
    fresh = snapshot_of(holdings.subscriptions, holdings.adjustments, archived=holdings.customer.is_archived)
    stored = holdings.snapshot
    if stored and replace(fresh, revision=stored.revision) == stored:
        return stored
    return replace(fresh, revision=stored.revision + 1 if stored else 1)


def explain(  # noqa: PLR0913, PLR0917 - a question and where to look
    store: CheckStore,
    features: FeatureStore,
    customer_id: str,
    feature: str | None,
    at: datetime,
    requested: int,
) -> list[Entitlement]:
    """With the reason of each denial; one request more where a feature may not exist at all.

    Raises CustomerNotFoundError.
    """
    checked = store.checked(customer_id)
    if checked.snapshot is None:
        raise CustomerNotFoundError(customer_id)
    if feature is None:
        return check(checked, at, None, requested)
    (answer,) = check(checked, at, [feature], requested)
    if answer.feature_type is None and not checked.snapshot.archived and not _exists(features, feature):
        answer = replace(answer, reason=DenialReason.FEATURE_NOT_FOUND)
    return [answer]


def _exists(features: FeatureStore, feature: str) -> bool:
    return is_possible(feature) and bool(features.get_many([feature]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question of a batch: whether this customer may use `requested` more of this feature."""

    customer_id: str
    feature: str
    requested: int = 0


def check_many(store: CheckStore, checks: Sequence[Check], at: datetime) -> list[Entitlement]:
    """In the order asked; each customer is read once, several at a time."""
    customer_ids = list(dict.fromkeys(each.customer_id for each in checks))
    with ThreadPoolExecutor(WORKERS) as workers:
        read = dict(zip(customer_ids, workers.map(store.checked, customer_ids), strict=True))
    return [
        entitlement
        for each in checks
        for entitlement in check(read[each.customer_id], at, [each.feature], each.requested)
    ]
