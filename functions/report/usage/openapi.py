"""Describes the operation for docs/openapi.json, as the handler in `app.py` has no resolver that would."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.text import MAX_CHARACTERS
from parity.http.app import api
from parity.http.idempotency import IdempotencyKey
from parity.http.models import RequestModel, ResponseModel
from parity.http.openapi import describe_responses
from parity.usage.rules.reports import Behaviour

app = api()

Name = Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]


class UsageReportModel(RequestModel):
    """`SET` says what was used in all, `DELTA` how much more: negative to correct what was reported."""

    customer_id: Name
    feature_id: Annotated[Name, Field(description="The feature's identifier, or its id.")]
    behaviour: Behaviour
    value: Annotated[int, Field(ge=-MAX_EXACT_INTEGER, le=MAX_EXACT_INTEGER)]
    resource_id: Annotated[str, Field(max_length=MAX_CHARACTERS)] | None = None
    enforce: Annotated[bool, Field(description="Refuses what would pass a hard limit, with 409.")] = False


class ReportedUsage(ResponseModel):
    value: int
    customer_id: str
    feature_id: str
    behaviour: Behaviour
    resource_id: str | None
    org_id: str
    event_name: Literal["aggregated.usage"]
    idempotency_key: Annotated[str, Field(description="Made by the server.")]
    timestamp: Annotated[str, Field(examples=["2026-03-02 09:20:11.004217"])]


@app.post(
    "/api/v1/report/usage",
    summary="Report usage",
    description="As the client libraries do, for features whose usage is not counted from events. It counts "
    "in the reset windows of now, and the next check sees it. With `enforce` what would pass a hard limit is "
    "refused and not counted, however many report at once.",
    tags=["Usage"],
    operation_id="reportUsage",
    responses=describe_responses(200, "Counted.", 400, 404, 409, 415, 422, 503, 504),
)
def report_usage(body: UsageReportModel, idempotency_key: IdempotencyKey = None) -> ReportedUsage:
    raise NotImplementedError
