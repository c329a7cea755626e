"""Metrics and log lines of the scheduled function that advances subscriptions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failure
from parity.aws.jobs import write_metrics

if TYPE_CHECKING:
    from parity.subscriptions.service.transitions import AdvanceReport
    from parity.subscriptions.store.subscriptions import SubscriptionPlace


def report_advance(report: AdvanceReport) -> dict[str, Any]:
    """Writes the report as metrics. `AdvanceSucceeded` is 1 only if all that was due has been advanced."""
    succeeded = int(report.complete and not report.failed)
    metrics = {"AdvanceSucceeded": succeeded, "Advanced": report.advanced, "AdvanceFailed": report.failed}
    write_metrics(metrics)
    return asdict(report)


def log_failed_advance(place: SubscriptionPlace, error: Exception) -> None:
    log_failure("advance failed", error, customerId=place.customer_id, subscriptionId=place.subscription_id)
