"""The queue of attempts: sends an event to an endpoint, and writes down what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.times import now
from parity.webhooks.api.queues import delivery_stores, read_attempts, report_attempt
from parity.webhooks.service.delivery import make_attempt

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """One message at a time, so that none waits for the endpoint of another one."""
    for request in read_attempts(event):
        report_attempt(make_attempt(delivery_stores(), request, now))
