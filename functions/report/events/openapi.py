"""Describes the operation for docs/openapi.json, as the handler in `app.py` has no resolver that would."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from parity.http.app import api
from parity.http.models import RequestModel, ResponseModel
from parity.http.openapi import describe_responses
from parity.metering.api.event_models import EventModel
from parity.metering.api.events import MAX_EVENTS

app = api()


class EventBatch(RequestModel):
    events: Annotated[list[EventModel], Field(min_length=1, max_length=MAX_EVENTS)]


class EventResult(ResponseModel):
    """`code` and `detail` say why an event was rejected; `busy` is worth sending again."""

    idempotency_key: str | None
    status: Literal["accepted", "duplicate", "rejected"]
    code: str | None = None
    detail: str | None = None


class EventBatchResult(ResponseModel):
    results: list[EventResult]


@app.post(
    "/api/v1/report/events",
    summary="Report up to 1,000 events at once",
    description="Each event has a result of its own, in the order sent; what is accepted or a duplicate is "
    "stored. Events carry their own keys: a batch needs no Idempotency-Key and can always be sent again as a "
    "whole. CloudEvents 1.0 are taken, too, one event as `application/cloudevents+json` or an array of them "
    "as `application/cloudevents-batch+json`: `source` and `id` are the key, `type` the name, `subject` the "
    "customer, `time` (required here) the timestamp, `data` (an object) the properties, and the extension "
    "`resourceid` the resource.",
    tags=["Usage"],
    operation_id="reportEvents",
    responses=describe_responses(200, "One result per event.", 400, 415, 503),
)
def report_events(body: EventBatch) -> EventBatchResult:
    raise NotImplementedError
