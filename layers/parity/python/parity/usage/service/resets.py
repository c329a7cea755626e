"""Usage set to 0 by an operator, in the windows of now, and on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.errors import BusyError
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.optimistic import pause
from parity.metering.rules.counters import reset_windows
from parity.usage.rules.resets import UsageReset
from parity.usage.service.counter_setup import MAX_ATTEMPTS, metered_feature, prepare, save_prepared
from parity.usage.store.resets import put_reset

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.transactions import Transaction
    from parity.usage.service.counter_setup import UsageStores

    Recorder = Callable[[UsageReset], AnswerRecord | None]


def reset_usage(  # noqa: PLR0913, PLR0917 - whose, of what and why
    stores: UsageStores, customer_id: str, feature: str, note: str | None, now: datetime, record: Recorder
) -> UsageReset:
    """What is reserved stays reserved, and what was used stays in the usage over time.

    Raises CustomerNotFoundError, CustomerIsArchivedError, FeatureNotFoundError, FeatureNotMeteredError and
    BusyError.
    """
    known = metered_feature(stores, customer_id, feature)
    for attempt in range(MAX_ATTEMPTS):
        if made := _attempt(stores, customer_id, known, note, now, record):
            return made
        pause(attempt + 1)
    raise BusyError


def _attempt(  # noqa: PLR0913, PLR0917 - as above
    stores: UsageStores, customer_id: str, feature: Feature, note: str | None, now: datetime, record: Recorder
) -> UsageReset | None:
    """None if the counter changed meanwhile."""
    prepared = prepare(stores, customer_id, feature, now)
    made = UsageReset(
        customer_id=customer_id,
        feature=feature.identifier,
        at=prepared.at,
        note=note,
        windows=prepared.counter.windows,
    )

    def together(transaction: Transaction) -> None:
        keep_answer(transaction, record(made))
        put_reset(transaction, made)

    saved = save_prepared(stores, prepared, reset_windows(prepared.counter, prepared.at), together)
    return made if saved else None
