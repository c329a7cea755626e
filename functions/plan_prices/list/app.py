"""GET /api/v1/catalog/plans/{plan}/prices: lists the prices of a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath, PlanVersionNumber
from parity.catalog.api.plan_prices import PriceList, prices_response
from parity.catalog.service.plans import get_plan_at_version
from parity.catalog.store.plans import plan_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/catalog/plans/<plan>/prices",
    summary="List the prices of a plan",
    tags=["Plans"],
    operation_id="listPlanPrices",
    responses=describe_responses(200, "All of one version.", 400, 404),
)
def list_prices(plan: PlanPath, version: PlanVersionNumber = None) -> Response[PriceList]:
    """One price per charge period."""
    return prices_response(get_plan_at_version(plan_store(), plan, version))


handler = entrypoint(app)
