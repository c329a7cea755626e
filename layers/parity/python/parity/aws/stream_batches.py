"""Batches of a DynamoDB stream, as Lambda delivers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def process_customers(
    name: str, first_numbers: Mapping[str, str], process: Callable[[str], object]
) -> dict[str, Any]:
    """Processes each customer of a batch and returns Lambda's partial batch response.

    `first_numbers` maps each customer to the sequence number of its first record. A failure is logged as
    "`name` failed" and does not keep the other customers waiting. Lambda redelivers the batch from the first
    number that failed, so customers behind it are processed twice.
    """
    failed = [
        number for customer_id, number in first_numbers.items() if not _succeeds(name, process, customer_id)
    ]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}


def _succeeds(name: str, process: Callable[[str], object], customer_id: str) -> bool:
    try:
        process(customer_id)
    except Exception as error:  # noqa: BLE001 - one customer's failure must not keep others waiting
        log_failure(f"{name} failed", error, customerId=customer_id)
        return False
    return True
