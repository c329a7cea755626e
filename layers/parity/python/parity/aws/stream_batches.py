"""Batches of a DynamoDB stream, as Lambda delivers them."""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def failed_items(what: str, customers: Mapping[str, str], work: Callable[[str], object]) -> dict[str, Any]:
    """Does the work for every customer, and reports from where on the batch is to be delivered again.

    Lambda takes the lowest number and sends everything from there; what went well before is done twice.
    """
    failed = [number for customer_id, number in customers.items() if not _succeeds(what, work, customer_id)]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}


def _succeeds(what: str, work: Callable[[str], object], customer_id: str) -> bool:
    try:
        work(customer_id)
    except Exception as error:  # noqa: BLE001 - one customer's failure must not keep others waiting
        line = {
            "level": "ERROR",
            "message": f"{what} failed",
            "customerId": customer_id,
            "error": type(error).__name__,
            "where": traceback.format_tb(error.__traceback__),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        return False
    return True
