"""What the scheduled function that advances subscriptions reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failure
from parity.aws.jobs import write_metrics

if TYPE_CHECKING:
    from parity.subscriptions.service.transitions import AdvanceReport
    from parity.subscriptions.store.subscriptions import SubscriptionPlace


def report_advance(done: AdvanceReport) -> dict[str, Any]:
    """The outcome as metrics; `AdvanceSucceeded` is 1 only when nothing is left over."""
    succeeded = int(done.complete and not done.failed)
    metrics = {"AdvanceSucceeded": succeeded, "Advanced": done.advanced, "AdvanceFailed": done.failed}
    write_metrics(metrics)
    return asdict(done)


def log_failed_advance(place: SubscriptionPlace, error: Exception) -> None:
    log_failure("advance failed", error, customerId=place.customer_id, subscriptionId=place.subscription_id)
