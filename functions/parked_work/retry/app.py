"""Every minute: tries again what the stream functions could not do for single customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.activity.api.stores import stream_stores
from parity.activity.service.stream import follow_records
from parity.core.times import now
from parity.dynamodb.due_jobs import take_turns
from parity.dynamodb.parked_work import parked_work_store
from parity.usage.api.parked_work import report_retries, retry_work
from parity.usage.service.parked_work import count_parked

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Reports how much is still parked: an alarm waits for that to be 0."""
    stores, parked = stream_stores(), count_parked(parked_work_store())
    work = retry_work(
        parked_work_store(),
        now,
        lambda work: follow_records(stores, work.customer_id, work.records, now()),
    )
    return report_retries(take_turns(work, parked, context, now()), sum(parked.values()))
