"""GET /api/v1/catalog/plans/{plan}/features: lists the features of a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath, PlanVersionNumber
from parity.catalog.api.plan_features import PlanFeatureList, plan_features_response
from parity.catalog.service.plans import get_plan_at_version
from parity.catalog.store.plans import plan_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/catalog/plans/<plan>/features",
    summary="List the features of a plan",
    tags=["Plans"],
    operation_id="listPlanFeatures",
    responses=describe_responses(200, "All of one version.", 400, 404),
)
def list_entries(plan: PlanPath, version: PlanVersionNumber = None) -> Response[PlanFeatureList]:
    """What one version of the plan entitles to."""
    return plan_features_response(get_plan_at_version(plan_store(), plan, version))


handler = entrypoint(app)
