"""Describes the operation for docs/openapi.json, as the handler in `app.py` has no resolver that would."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from parity.http.app import api
from parity.http.models import ResponseModel
from parity.http.openapi import describe_responses
from parity.metering.api.event_models import EventModel

app = api()


class ReportedEvent(ResponseModel):
    customer_id: str
    event_name: str
    idempotency_key: str
    timestamp: Annotated[str, Field(description="As it was sent.")]
    org_id: str
    properties: dict[str, Any] | None
    resource_id: str | None


@app.post(
    "/api/v1/report/event",
    summary="Report an event",
    description="As the client libraries do. An event carries its own key and needs no Idempotency-Key: the "
    "same event again has the same answer, with the header `Idempotent-Replayed: true`, and counts once. "
    "Another event under the same key is refused with 422.",
    tags=["Usage"],
    operation_id="reportEvent",
    responses=describe_responses(200, "Stored, now or before.", 400, 404, 409, 415, 422, 503),
)
def report_event(body: EventModel) -> ReportedEvent:
    raise NotImplementedError
