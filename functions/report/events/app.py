"""POST /api/v1/report/events: up to 1,000 events in one request, ours or CloudEvents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failed_request
from parity.core.times import now
from parity.http.lean import body_of, lean
from parity.metering.api.cloud_events import cloud_event, cloud_event_batch
from parity.metering.api.events import plain_batch, received, results, unforeseen
from parity.metering.service.ingest import after, report_events
from parity.metering.store.events import event_store

if TYPE_CHECKING:
    from parity.http.lean import Event

BATCHES = {
    "application/json": plain_batch,
    "application/cloudevents+json": cloud_event,
    "application/cloudevents-batch+json": cloud_event_batch,
}
PATIENCE_SECONDS = 20
"""Before the function's own end, and the gateway's."""


def report_all(event: Event) -> dict[str, Any]:
    """One result per event, in their order."""
    batch = body_of(event, BATCHES)
    outcomes = report_events(event_store(), received(batch, now()), after(PATIENCE_SECONDS))
    for error in unforeseen(outcomes):
        log_failed_request(event, error)
    return results(batch, outcomes)


handler = lean(report_all)
