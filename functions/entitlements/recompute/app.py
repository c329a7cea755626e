"""The table's stream: recomputes the entitlements of customers that changed (docs/decisions/0026)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.stream_batches import process_customers
from parity.core.times import now
from parity.dynamodb.parked_work import park
from parity.entitlements.api.stream import find_changed_customers
from parity.metering.api.stores import window_stores
from parity.metering.service.windows import recompute_with_counters

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

TASK = "recompute"


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """A record says only that a customer changed, so each customer of the batch is recomputed once."""
    stores, customers = window_stores(), find_changed_customers(event["Records"])
    return process_customers(
        TASK,
        customers,
        lambda customer_id: recompute_with_counters(stores, customer_id, now()),
        lambda customer_id, error: park(TASK, customer_id, error, now()),
    )
