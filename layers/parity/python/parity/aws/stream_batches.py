"""Batches of a DynamoDB stream, as Lambda delivers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.cpu_limit import limit_cpu
from parity.aws.failures import log_failure
from parity.aws.metrics import write_metrics
from parity.aws.outages import is_outage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Park = Callable[[str, Exception], object]
    """Stores what is to be done for a customer later, and why."""

EVERYBODY = 5
"""If a batch has at least so many customers and all of them fail, it is not because of the customers."""

MAX_CPU_SECONDS = 5.0
"""How long those behind may wait for one customer, whose work the schedule does without a limit."""


def process_customers(
    name: str, first_numbers: Mapping[str, str], process: Callable[[str], object], park: Park
) -> dict[str, Any]:
    """Processes each customer of a batch and returns Lambda's partial batch response.

    `first_numbers` maps each customer to the sequence number of its first record. A failure is logged as
    "`name` failed", and the customer is parked, so that it does not keep those behind it waiting. Where the
    failure is not the customer's, or parking fails, too, Lambda redelivers the batch from the first number
    that failed. Then customers behind it are processed twice.
    """
    failures = {
        customer_id: error for customer_id in first_numbers if (error := _find_error(process, customer_id))
    }
    for customer_id, error in failures.items():
        log_failure(f"{name} failed", error, customerId=customer_id)
    all_failed = len(failures) == len(first_numbers) >= EVERYBODY
    waiting = {
        customer_id
        for customer_id, error in failures.items()
        if all_failed or is_outage(error) or not _is_parked(park, customer_id, error)
    }
    if parked := len(failures) - len(waiting):
        write_metrics({"CustomersParked": parked})
    failed = [number for customer_id, number in first_numbers.items() if customer_id in waiting]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}


def _find_error(process: Callable[[str], object], customer_id: str) -> Exception | None:
    try:
        with limit_cpu(MAX_CPU_SECONDS):
            process(customer_id)
    except Exception as error:  # noqa: BLE001 - one customer's failure must not keep others waiting
        return error
    return None


def _is_parked(park: Park, customer_id: str, failure: Exception) -> bool:
    try:
        park(customer_id, failure)
    except Exception as error:  # noqa: BLE001 - the batch is redelivered instead
        log_failure("parking failed", error, customerId=customer_id)
        return False
    return True
