"""POST /api/v1/catalog/plans: creates a plan."""

from __future__ import annotations

from parity.catalog.api.plans import PlanCreate, PlanModel, created_plan_response
from parity.catalog.service.plans import create_plan
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/catalog/plans",
    summary="Create a plan",
    tags=["Plans"],
    operation_id="createPlan",
    status_code=201,
    responses=describe_responses(201, "The plan, as a draft.", 400, 409, 415, 422, 503),
)
def create(body: PlanCreate, idempotency_key: IdempotencyKey = None) -> Response[PlanModel]:
    """The plan starts as a draft: add features and prices, then publish it."""
    request = IdempotentRequest(app, idempotency_key)
    record = request.recorder(created_plan_response)
    return created_plan_response(create_plan(plan_store(), body.to_draft(), now(), record))


handler = entrypoint(app)
