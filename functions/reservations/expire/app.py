"""Every minute, and for each shard with work: releases reservations that have expired (docs/usage.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.times import now
from parity.dynamodb.due_jobs import run_job
from parity.usage.api.jobs import release_work
from parity.usage.store.reservations import reservation_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The schedule asks for a turn of each shard with work, and the queue hands out the turns."""
    return run_job(release_work(reservation_store()), event, context, now())
