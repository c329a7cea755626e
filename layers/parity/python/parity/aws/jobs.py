"""What scheduled functions tell: metrics for alarms, and a line for each failure."""

from __future__ import annotations

import json
import sys
import time
import traceback
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.metering.service.due_hours import AggregationReport
    from parity.subscriptions.service.transitions import AdvanceReport
    from parity.subscriptions.store.subscriptions import SubscriptionPlace
    from parity.usage.rules.reservations import Reservation

ANSWER_MILLISECONDS = 5000
NAMESPACE = "Parity"


def out_of_time(context: LambdaContext) -> Callable[[], bool]:
    return lambda: context.get_remaining_time_in_millis() < ANSWER_MILLISECONDS


def report(done: AdvanceReport) -> dict[str, Any]:
    """The outcome as metrics; `AdvanceSucceeded` is 1 only when nothing is left over."""
    succeeded = int(done.complete and not done.failed)
    metrics = {"AdvanceSucceeded": succeeded, "Advanced": done.advanced, "AdvanceFailed": done.failed}
    _write(embedded_metrics(metrics))
    return asdict(done)


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


def embedded_metrics(metrics: dict[str, int]) -> dict[str, Any]:
    """CloudWatch's embedded metric format: a log line that becomes metrics."""
    names = [{"Name": name, "Unit": "Count"} for name in metrics]
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["service"]], "Metrics": names}],
        },
        "service": "parity",
        **metrics,
    }


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


def log_unreleased(reservation: Reservation, error: Exception) -> None:
    """It holds nothing back any more, as it has expired; only the sum of what is held is too high."""
    log_unclosed(reservation.customer_id, reservation.feature, error)


def log_unclosed(customer_id: str, feature: str, error: Exception) -> None:
    _write(
        {
            "level": "ERROR",
            "message": "aggregation failed",
            "customerId": customer_id,
            "featureId": feature,
            "error": type(error).__name__,
            "where": traceback.format_tb(error.__traceback__),
        }
    )


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
