"""How the handlers without a resolver describe themselves: routes that are read and never called."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from parity.entitlements.api.models import BatchCheck, BatchCheckResult, CustomerEntitlements
from parity.http.app import api
from parity.http.idempotency import IdempotencyKey
from parity.http.openapi import answers
from parity.metering.api.event_models import EventBatch, EventBatchResult, EventModel, ReportedEvent
from parity.usage.api.report_models import ReportedUsage, UsageReportModel

app = api()


@app.get(
    "/api/v1/entitlements",
    summary="Check a customer's entitlements",
    description="As the client libraries ask. An unknown or archived customer has an empty list.",
    tags=["Entitlements"],
    operation_id="checkEntitlements",
    responses=answers(200, "One entry per feature that the customer has.", 400),
)
def check(
    customer_id: Annotated[str, Query(description="The customer's identifier; `customerId` works too.")],
    feature_id: Annotated[str | None, Query(description="Just this feature; `featureId` works too.")] = None,
) -> CustomerEntitlements:
    raise NotImplementedError


@app.post(
    "/api/v1/entitlements/check",
    summary="Check up to 100 customers and features at once",
    description="Answers in the order asked, with the reason of each denial.",
    tags=["Entitlements"],
    operation_id="checkEntitlementsBatch",
    responses=answers(200, "One result per check.", 400, 415),
)
def check_batch(body: BatchCheck) -> BatchCheckResult:
    raise NotImplementedError


@app.post(
    "/api/v1/report/usage",
    summary="Report usage",
    description="As the client libraries do, for features whose usage is not counted from events. It counts "
    "in the reset windows of now, and the next check sees it. With `enforce` what would pass a hard limit is "
    "refused and not counted, however many report at once.",
    tags=["Usage"],
    operation_id="reportUsage",
    responses=answers(200, "Counted.", 400, 404, 409, 415, 422, 503, 504),
)
def report_usage(body: UsageReportModel, idempotency_key: IdempotencyKey = None) -> ReportedUsage:
    raise NotImplementedError


@app.post(
    "/api/v1/report/event",
    summary="Report an event",
    description="As the client libraries do. An event carries its own key and needs no Idempotency-Key: the "
    "same event again has the same answer, with the header `Idempotent-Replayed: true`, and counts once. "
    "Another event under the same key is refused with 422.",
    tags=["Usage"],
    operation_id="reportEvent",
    responses=answers(200, "Stored, now or before.", 400, 404, 409, 415, 422, 503),
)
def report_event(body: EventModel) -> ReportedEvent:
    raise NotImplementedError


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
    responses=answers(200, "One result per event.", 400, 415, 503),
)
def report_events(body: EventBatch) -> EventBatchResult:
    raise NotImplementedError
