"""The scheduled function that advances subscriptions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.due_work import DueWork
from parity.subscriptions.service.transitions import plan_advances
from parity.subscriptions.store import keys

if TYPE_CHECKING:
    from parity.subscriptions.store.subscriptions import SubscriptionStore


def advance_work(store: SubscriptionStore) -> DueWork:
    return DueWork(
        name="Advance",
        table=store.table,
        queue="DUE_SUBSCRIPTIONS_QUEUE_URL",
        partition=keys.due_partition,
        plan=partial(plan_advances, store),
        metrics={"advanced": "Advanced"},
    )
