"""PATCH /api/v1/catalog/plans/{plan}/features/{feature}: changes what a plan says of a feature."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.catalog import FeaturePath, PlanPath
from parity.api.openapi import answers
from parity.api.plan_features import PlanFeatureModel, PlanFeatureUpdate, feature_of_plan_shown
from parity.api.preconditions import IfMatch, expected_versions
from parity.domain.times import now
from parity.plan_features import update_plan_feature
from parity.plans import PlanTarget
from parity.store.features import feature_store
from parity.store.plans import plan_store

app = api()


@app.patch(
    "/api/v1/catalog/plans/<plan>/features/<feature>",
    summary="Change a feature of a plan",
    tags=["Plans"],
    operation_id="updatePlanFeature",
    responses=answers(200, "What the draft says of it now.", 400, 404, 409, 412, 415, 503),
)
def update(
    plan: PlanPath, feature: FeaturePath, body: PlanFeatureUpdate, if_match: IfMatch = None
) -> Response[PlanFeatureModel]:
    """Changes the draft; a published plan without one gets it first. Details left out stay."""
    target = PlanTarget(plan, now(), expected_versions(if_match))
    changes = body.details.changes()
    return feature_of_plan_shown(
        *update_plan_feature(plan_store(), feature_store(), target, feature, changes)
    )


handler = entrypoint(app)
