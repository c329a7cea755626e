"""Every minute, and for each shard with work: moves subscriptions that are due (docs/subscriptions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.actors import SCHEDULE, acting_as
from parity.core.times import now
from parity.dynamodb.due_jobs import run_job
from parity.subscriptions.api.jobs import advance_work
from parity.subscriptions.store.subscriptions import subscription_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The schedule asks for a turn of each shard with work, and the queue hands out the turns."""
    with acting_as(SCHEDULE):
        return run_job(advance_work(subscription_store()), event, context, now())
