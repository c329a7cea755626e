"""DELETE /api/v1/catalog/plans/{plan}/features/{feature}: removes a feature from a plan."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.catalog import FeaturePath, PlanPath
from parity.api.openapi import answers
from parity.api.preconditions import IfMatch, expected_versions
from parity.domain.times import now
from parity.plan_features import remove_plan_feature
from parity.plans import PlanTarget
from parity.store.features import feature_store
from parity.store.plans import plan_store

app = api()


@app.delete(
    "/api/v1/catalog/plans/<plan>/features/<feature>",
    summary="Remove a feature from a plan",
    tags=["Plans"],
    operation_id="removePlanFeature",
    status_code=204,
    responses=answers(204, "Removed from the draft.", 400, 404, 409, 412, 503),
)
def remove(plan: PlanPath, feature: FeaturePath, if_match: IfMatch = None) -> Response[None]:
    """Changes the draft; a published plan without one gets it first."""
    target = PlanTarget(plan, now(), expected_versions(if_match))
    remove_plan_feature(plan_store(), feature_store(), target, feature)
    return Response(204)


handler = entrypoint(app)
