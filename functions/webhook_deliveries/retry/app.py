"""Every minute: asks for the attempts that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.times import now
from parity.dynamodb.due_jobs import find_due_shards, take_turns
from parity.webhooks.api.queues import report_retries, retry_work
from parity.webhooks.store.deliveries import delivery_store
from parity.webhooks.store.delivery_queue import delivery_queue
from parity.webhooks.store.endpoints import endpoint_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """What is left when time is up is due in the next run. Also reports how many endpoints have failed."""
    work, moment = retry_work(delivery_store(), delivery_queue()), now()
    report = take_turns(work, find_due_shards(work, moment), context, moment)
    return report_retries(report, endpoint_store().all())
