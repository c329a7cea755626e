"""Every minute, and for each shard with work: closes hours of usage (docs/usage.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.catalog.store.features import feature_store
from parity.core.times import now
from parity.dynamodb.due_jobs import run_job
from parity.metering.api.jobs import closing_work
from parity.metering.api.stores import counting_stores

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The schedule asks for a turn of each shard with work, and the queue hands out the turns."""
    return run_job(closing_work(counting_stores(), feature_store()), event, context, now())
