"""Resetting usage to 0 in the current windows, with a record of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.core.errors import BusyError
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.optimistic import retry
from parity.metering.rules.counters import reset_windows
from parity.usage.rules.resets import UsageReset
from parity.usage.service.counter_setup import (
    MAX_ATTEMPTS,
    find_metered_feature,
    save_counter,
    set_up_counter,
)
from parity.usage.store.resets import put_reset

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.transactions import Transaction
    from parity.usage.service.counter_setup import SetupStores

    Recorder = Callable[[UsageReset], AnswerRecord | None]


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """`feature` is an identifier or an id; the note is kept with the record."""

    customer_id: str
    feature: str
    note: str | None


def reset_usage(stores: SetupStores, request: ResetRequest, now: datetime, record: Recorder) -> UsageReset:
    """Resets the current windows. What is reserved stays reserved, and usage over time stays as it is.

    Raises CustomerNotFoundError, CustomerIsArchivedError, FeatureNotFoundError, FeatureNotMeteredError and
    BusyError.
    """
    feature = find_metered_feature(stores, request.customer_id, request.feature)
    attempt = partial(_attempt, stores, request, feature, now, record)
    return retry(attempt, attempts=MAX_ATTEMPTS, exhausted=BusyError)


def _attempt(
    stores: SetupStores, request: ResetRequest, feature: Feature, now: datetime, record: Recorder
) -> UsageReset:
    """Raises VersionChangedError if others changed the counter since it was read."""
    setup = set_up_counter(stores, request.customer_id, feature, now)
    reset = UsageReset(
        customer_id=request.customer_id,
        feature=feature.identifier,
        at=setup.at,
        note=request.note,
        windows=setup.counter.windows,
    )

    def add_writes(transaction: Transaction) -> None:
        keep_answer(transaction, record(reset))
        put_reset(transaction, reset)

    save_counter(stores, setup, reset_windows(setup.counter, setup.at), add_writes)
    return reset
