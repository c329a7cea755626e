"""What parked work is, task by task, and what the scheduled function that does it reports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from parity.aws.metrics import write_metrics
from parity.dynamodb import keys
from parity.dynamodb.due_work import DueWork
from parity.usage.api.stream import read_usage_records, stream_stores
from parity.usage.service.parked_work import plan_retries
from parity.usage.service.stream import process_late_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.dynamodb.due_work import TurnReport
    from parity.dynamodb.parked_work import ParkedWork, ParkedWorkStore


def retry_work(
    store: ParkedWorkStore, clock: Callable[[], datetime], recompute: Callable[[ParkedWork], object]
) -> DueWork:
    """`recompute` does the work of the stream function of that name, which is above this area."""
    stream = stream_stores()

    def count(work: ParkedWork) -> None:
        process_late_records(stream, work.customer_id, read_usage_records(work.records), clock())

    return DueWork(
        name="Retry of parked work",
        table=store.table,
        partition=keys.due_parked_partition,
        plan=partial(plan_retries, store, {"recompute": recompute, "count": count}),
    )


def report_retries(report: TurnReport, parked: int) -> dict[str, Any]:
    """Writes metrics. `parked` is how much there was before; `ParkedWork` is how much there still is."""
    done = report.done["done"]
    left = parked - done
    write_metrics({"ParkedWork": left, "ParkedWorkDone": done, "ParkedWorkFailed": report.failed})
    return {"done": done, "failed": report.failed, "parked": left}
