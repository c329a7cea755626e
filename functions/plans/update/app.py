"""PATCH /api/v1/catalog/plans/{plan}: changes fields of a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath
from parity.catalog.api.plans import PlanModel, PlanUpdate, plan_response
from parity.catalog.service.plans import PlanToChange, edit_plan
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.patch(
    "/api/v1/catalog/plans/<plan>",
    summary="Change a plan",
    tags=["Plans"],
    operation_id="updatePlan",
    responses=describe_responses(200, "The plan with its draft.", 400, 404, 409, 412, 415, 503),
)
def update_plan(plan: PlanPath, body: PlanUpdate, if_match: IfMatch = None) -> Response[PlanModel]:
    """Changes the draft. A published plan without a draft gets one first. Null clears."""
    target = PlanToChange(plan, now(), expected_versions(if_match))
    return plan_response(edit_plan(plan_store(), target, lambda _: body.changes()))


handler = entrypoint(app)
