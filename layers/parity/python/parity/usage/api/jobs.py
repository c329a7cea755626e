"""What the scheduled function that closes hours of usage reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failure
from parity.aws.jobs import write_metrics

if TYPE_CHECKING:
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.service.due_hours import AggregationReport
    from parity.usage.rules.reservations import Reservation


def report_aggregation(done: AggregationReport) -> dict[str, Any]:
    """Writes the metrics; `UsageDrift` is how many quarter hours and windows had been counted wrong."""
    succeeded = int(done.complete and not done.failed)
    metrics = {
        "AggregationSucceeded": succeeded,
        "HoursClosed": done.closed,
        "UsageDrift": done.drifted,
        "AggregationFailed": done.failed,
    }
    write_metrics(metrics)
    return asdict(done)


def log_failed_release(reservation: Reservation, error: Exception) -> None:
    """Checks ignore the reservation, as it has expired. Only the stored sum of reserved usage is too high."""
    log_failure(
        "reservation release failed",
        error,
        customerId=reservation.customer_id,
        featureId=reservation.feature,
        reservationId=reservation.id,
    )


def log_failed_aggregation(key: UsageKey, error: Exception) -> None:
    log_failure("aggregation failed", error, customerId=key.customer_id, featureId=key.feature)
