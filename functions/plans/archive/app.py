"""DELETE /api/v1/catalog/plans/{plan}: archives a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath
from parity.catalog.service.plans import PlanToChange, archive_plan
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.delete(
    "/api/v1/catalog/plans/<plan>",
    summary="Archive a plan",
    tags=["Plans"],
    operation_id="archivePlan",
    status_code=204,
    responses=describe_responses(204, "Archived.", 400, 404, 409, 412, 503),
)
def archive(plan: PlanPath, if_match: IfMatch = None) -> Response[None]:
    """Nobody can subscribe to it any more. Subscribers keep it."""
    archive_plan(plan_store(), PlanToChange(plan, now(), expected_versions(if_match)))
    return Response(204)


handler = entrypoint(app)
