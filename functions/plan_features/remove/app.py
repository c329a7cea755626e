"""DELETE /api/v1/catalog/plans/{plan}/features/{feature}: removes a feature from a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath, PlanPath
from parity.catalog.service.plan_features import remove_plan_feature
from parity.catalog.service.plans import PlanToChange
from parity.catalog.store.features import feature_store
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.delete(
    "/api/v1/catalog/plans/<plan>/features/<feature>",
    summary="Remove a feature from a plan",
    tags=["Plans"],
    operation_id="removePlanFeature",
    status_code=204,
    responses=describe_responses(204, "Removed from the draft.", 400, 404, 409, 412, 503),
)
def remove(plan: PlanPath, feature: FeaturePath, if_match: IfMatch = None) -> Response[None]:
    """Changes the draft. A published plan without a draft gets one first."""
    target = PlanToChange(plan, now(), expected_versions(if_match))
    remove_plan_feature(plan_store(), feature_store(), target, feature)
    return Response(204)


handler = entrypoint(app)
