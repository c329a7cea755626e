"""The table's stream: counts events, and usage over time of counters that changed (docs/usage.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.stream_batches import process_customers
from parity.core.times import now
from parity.dynamodb.parked_work import park
from parity.dynamodb.stream_records import first_numbers, group_by_customer
from parity.usage.api.stream import read_usage_records, stream_stores
from parity.usage.service.stream import process_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

TASK = "count"


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """If one customer fails, the others are counted. The redelivered batch counts nothing twice."""
    records, stores = group_by_customer(event["Records"]), stream_stores()
    return process_customers(
        TASK,
        first_numbers(records),
        lambda customer: process_records(stores, customer, read_usage_records(records[customer]), now()),
        lambda customer, error: park(TASK, customer, error, now(), records[customer]),
    )
