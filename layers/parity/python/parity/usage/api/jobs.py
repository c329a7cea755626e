"""What the scheduled function that closes hours of usage reports."""

from __future__ import annotations

import traceback
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parity.aws.jobs import _write, embedded_metrics
from parity.metering.rules.usage_key import UsageKey

if TYPE_CHECKING:
    from parity.metering.service.due_hours import AggregationReport
    from parity.usage.rules.reservations import Reservation


def report_aggregation(done: AggregationReport) -> dict[str, Any]:
    """As above; `UsageDrift` is how many quarter hours had been counted wrong until then."""
    succeeded = int(done.complete and not done.failed)
    metrics = {
        "AggregationSucceeded": succeeded,
        "HoursClosed": done.closed,
        "UsageDrift": done.drifted,
        "AggregationFailed": done.failed,
    }
    _write(embedded_metrics(metrics))
    return asdict(done)


def log_unreleased(reservation: Reservation, error: Exception) -> None:
    """It holds nothing back any more, as it has expired; only the sum of what is held is too high."""
    log_unclosed(UsageKey(reservation.customer_id, reservation.feature), error)


def log_unclosed(key: UsageKey, error: Exception) -> None:
    _write(
        {
            "level": "ERROR",
            "message": "aggregation failed",
            "customerId": key.customer_id,
            "featureId": key.feature,
            "error": type(error).__name__,
            "where": traceback.format_tb(error.__traceback__),
        }
    )
