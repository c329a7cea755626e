"""The queue of events from the bus: asks for an attempt for each endpoint that wants the event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.webhooks.api.queues import read_events
from parity.webhooks.service.distribution import distribute
from parity.webhooks.store.delivery_queue import delivery_queue
from parity.webhooks.store.endpoints import endpoint_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """A batch that fails comes again as a whole. Events that were taken by then are recognised."""
    events, response = read_events(event)
    distribute(endpoint_store(), delivery_queue(), events)
    return response
