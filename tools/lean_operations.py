"""How the handlers without a resolver describe themselves: routes that are read and never called."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from parity.api.app import api
from parity.api.entitlement_models import BatchCheck, BatchCheckResult, CustomerEntitlements
from parity.api.openapi import answers

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
