"""POST /api/v1/catalog/plans/{plan}/prices/bulk: replaces the prices of a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath
from parity.catalog.api.plan_prices import PriceList, PricesReplace, prices_response
from parity.catalog.service.plans import PlanToChange, edit_plan
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.post(
    "/api/v1/catalog/plans/<plan>/prices/bulk",
    summary="Replace the prices of a plan",
    tags=["Plans"],
    operation_id="replacePlanPrices",
    responses=describe_responses(200, "All prices of the draft.", 400, 404, 409, 412, 415, 422, 503),
)
def replace_prices(
    plan: PlanPath, body: PricesReplace, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> Response[PriceList]:
    """Changes the draft. A published plan without a draft gets one first."""
    request = IdempotentRequest(app, idempotency_key)
    target = PlanToChange(plan, now(), expected_versions(if_match))
    prices = body.to_prices()
    record = request.recorder(prices_response)
    return prices_response(edit_plan(plan_store(), target, lambda _: {"prices": prices}, record))


handler = entrypoint(app)
