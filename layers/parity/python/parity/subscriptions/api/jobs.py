"""What the scheduled function that advances subscriptions reports."""

from __future__ import annotations

import traceback
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parity.aws.jobs import _write, embedded_metrics

if TYPE_CHECKING:
    from parity.subscriptions.service.transitions import AdvanceReport
    from parity.subscriptions.store.subscriptions import SubscriptionPlace


def report(done: AdvanceReport) -> dict[str, Any]:
    """The outcome as metrics; `AdvanceSucceeded` is 1 only when nothing is left over."""
    succeeded = int(done.complete and not done.failed)
    metrics = {"AdvanceSucceeded": succeeded, "Advanced": done.advanced, "AdvanceFailed": done.failed}
    _write(embedded_metrics(metrics))
    return asdict(done)


def log_failure(place: SubscriptionPlace, error: Exception) -> None:
    _write(
        {
            "level": "ERROR",
            "message": "advance failed",
            "customerId": place.customer_id,
            "subscriptionId": place.subscription_id,
            "error": type(error).__name__,
            "where": traceback.format_tb(error.__traceback__),
        }
    )
