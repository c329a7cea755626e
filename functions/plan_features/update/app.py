"""PATCH /api/v1/catalog/plans/{plan}/features/{feature}: changes the details of a plan's feature."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath, PlanPath
from parity.catalog.api.plan_features import PlanFeatureModel, PlanFeatureUpdate, plan_feature_response
from parity.catalog.service.plan_features import update_plan_feature
from parity.catalog.service.plans import PlanToChange
from parity.catalog.store.features import feature_store
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.patch(
    "/api/v1/catalog/plans/<plan>/features/<feature>",
    summary="Change a feature of a plan",
    tags=["Plans"],
    operation_id="updatePlanFeature",
    responses=describe_responses(200, "What the draft says of it now.", 400, 404, 409, 412, 415, 503),
)
def update(
    plan: PlanPath, feature: FeaturePath, body: PlanFeatureUpdate, if_match: IfMatch = None
) -> Response[PlanFeatureModel]:
    """Changes the draft. A published plan without a draft gets one first. Details left out stay."""
    target = PlanToChange(plan, now(), expected_versions(if_match))
    changes = body.details.changes()
    return plan_feature_response(
        *update_plan_feature(plan_store(), feature_store(), target, feature, changes)
    )


handler = entrypoint(app)
