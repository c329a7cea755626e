"""What parked work is, task by task, and what the scheduled function that does it reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failure
from parity.aws.jobs import write_metrics
from parity.dynamodb.parked_work import parked_work_store
from parity.metering.api.stores import window_stores
from parity.metering.service.windows import recompute_with_counters
from parity.usage.api.stream import read_usage_records, stream_stores
from parity.usage.service.parked_work import Retries
from parity.usage.service.stream import process_late_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.dynamodb.parked_work import ParkedWork
    from parity.usage.service.parked_work import RetryReport


def make_retries(clock: Callable[[], datetime]) -> Retries:
    windows, stream = window_stores(), stream_stores()

    def recompute(work: ParkedWork) -> None:
        recompute_with_counters(windows, work.customer_id, clock())

    def count(work: ParkedWork) -> None:
        process_late_records(stream, work.customer_id, read_usage_records(work.records), clock())

    return Retries(parked_work_store(), {"recompute": recompute, "count": count}, log_failed_retry)


def log_failed_retry(work: ParkedWork, error: Exception) -> None:
    log_failure("retry of parked work failed", error, customerId=work.customer_id, task=work.task)


def report_retries(report: RetryReport) -> dict[str, Any]:
    """Writes the report as metrics. `ParkedWork` is how much is still parked."""
    write_metrics(
        {"ParkedWork": report.parked, "ParkedWorkDone": report.done, "ParkedWorkFailed": report.failed}
    )
    return asdict(report)
