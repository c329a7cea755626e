"""The table's stream: repairs the entitlements of customers that changed, and tells of the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.activity.api.stores import stream_stores
from parity.activity.service.stream import follow_records
from parity.aws.stream_batches import process_customers
from parity.core.times import now
from parity.dynamodb.parked_work import park
from parity.dynamodb.stream_records import first_numbers, group_by_customer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

TASK = "recompute"


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Each customer of the batch is recomputed once (docs/decisions/0026), and each change told once."""
    stores, records = stream_stores(), group_by_customer(event["Records"])
    return process_customers(
        TASK,
        first_numbers(records),
        lambda customer: follow_records(stores, customer, records[customer], now()),
        lambda customer, error: park(TASK, customer, error, now(), records[customer]),
    )
