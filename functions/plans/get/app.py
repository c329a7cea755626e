"""GET /api/v1/catalog/plans/{plan}: returns one plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath, PlanVersionNumber
from parity.catalog.api.plans import PlanModel, plan_response
from parity.catalog.service.plans import get_plan_at_version
from parity.catalog.store.plans import plan_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/catalog/plans/<plan>",
    summary="Get a plan",
    tags=["Plans"],
    operation_id="getPlan",
    responses=describe_responses(200, "The plan.", 400, 404),
)
def get_plan(plan: PlanPath, version: PlanVersionNumber = None) -> Response[PlanModel]:
    """Archived plans can be read, too."""
    return plan_response(get_plan_at_version(plan_store(), plan, version))


handler = entrypoint(app)
