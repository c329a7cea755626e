"""POST /api/v1/catalog/plans/{plan}/features: adds features to a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath
from parity.catalog.api.plan_features import PlanFeatureList, PlanFeaturesAdd, added_plan_features_response
from parity.catalog.service.plan_features import add_plan_features
from parity.catalog.service.plans import PlanToChange
from parity.catalog.store.features import feature_store
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.post(
    "/api/v1/catalog/plans/<plan>/features",
    summary="Add features to a plan",
    tags=["Plans"],
    operation_id="addPlanFeatures",
    status_code=201,
    responses=describe_responses(201, "All features of the draft.", 400, 404, 409, 412, 415, 422, 503),
)
def add_features(
    plan: PlanPath, body: PlanFeaturesAdd, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> Response[PlanFeatureList]:
    """Adds all of them to the draft, or none. A published plan without a draft gets one first."""
    request = IdempotentRequest(app, idempotency_key)
    target = PlanToChange(plan, now(), expected_versions(if_match))
    record = request.recorder(added_plan_features_response)
    return added_plan_features_response(
        add_plan_features(plan_store(), feature_store(), target, body.to_features(), record)
    )


handler = entrypoint(app)
