"""POST /api/v1/report/event: reports one event of a customer (docs/contract.md, "Events")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.times import now
from parity.http.idempotency_keys import REPLAYED
from parity.http.lean import Answer, lean_handler, read_json_body
from parity.metering.api.events import draft_of, event_of, receipt
from parity.metering.rules.events import Outcome
from parity.metering.service.ingest import ingest_event
from parity.metering.store.events import event_store

if TYPE_CHECKING:
    from parity.http.lean import Event


def report_one(event: Event) -> Answer:
    """An answer means that the event is stored. The same event again gets the same answer."""
    draft = draft_of(read_json_body(event))
    usage_event = event_of(draft, now())
    outcome = ingest_event(event_store(), usage_event)
    return Answer(receipt(draft, usage_event), REPLAYED if outcome is Outcome.DUPLICATE else {})


handler = lean_handler(report_one)
