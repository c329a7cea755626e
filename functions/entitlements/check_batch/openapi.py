"""Describes the operation for docs/openapi.json, as the handler in `app.py` has no resolver that would."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.entitlements.api.batch import MAX_CHECKS
from parity.entitlements.api.models import RichEntitlement
from parity.http.app import api
from parity.http.models import RequestModel, ResponseModel
from parity.http.openapi import describe_responses

app = api()


class CheckModel(RequestModel):
    customer_id: Annotated[str, Field(min_length=1)]
    feature_id: Annotated[str, Field(min_length=1)]
    requested_usage: Annotated[int, Field(ge=0, le=MAX_EXACT_INTEGER)] = 0


class BatchCheck(RequestModel):
    checks: Annotated[list[CheckModel], Field(min_length=1, max_length=MAX_CHECKS)]


class CheckResult(RichEntitlement):
    customer_id: str


class BatchCheckResult(ResponseModel):
    results: list[CheckResult]


@app.post(
    "/api/v1/entitlements/check",
    summary="Check up to 100 customers and features at once",
    description="Answers in the order asked, with the reason of each denial.",
    tags=["Entitlements"],
    operation_id="checkEntitlementsBatch",
    responses=describe_responses(200, "One result per check.", 400, 415),
)
def check_batch(body: BatchCheck) -> BatchCheckResult:
    raise NotImplementedError
