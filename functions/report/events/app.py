"""POST /api/v1/report/events: reports up to 1,000 events, in Parity's form or as CloudEvents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failed_request
from parity.core.times import now
from parity.http.lean import lean_handler, read_body
from parity.metering.api.cloud_events import cloud_event, cloud_event_batch
from parity.metering.api.events import batch_results, plain_batch, read_events, unexpected_errors
from parity.metering.service.ingest import ingest_events, out_of_time_after
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


def report_batch(event: Event) -> dict[str, Any]:
    """One result per event, in the order of the events."""
    batch = read_body(event, BATCHES)
    outcomes = ingest_events(event_store(), read_events(batch, now()), out_of_time_after(PATIENCE_SECONDS))
    for error in unexpected_errors(outcomes):
        log_failed_request(event, error)
    return batch_results(batch, outcomes)


handler = lean_handler(report_batch)
