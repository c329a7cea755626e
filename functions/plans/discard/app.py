"""DELETE /api/v1/catalog/plans/{plan}/discard: removes the draft of a plan."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath
from parity.catalog.service.plans import PlanToChange, discard_draft
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.delete(
    "/api/v1/catalog/plans/<plan>/discard",
    summary="Discard a draft",
    tags=["Plans"],
    operation_id="discardDraft",
    status_code=204,
    responses=describe_responses(204, "The draft is gone.", 400, 404, 409, 412, 503),
)
def discard_plan(plan: PlanPath, if_match: IfMatch = None) -> Response[None]:
    """The published version stays. A plan that was never published is deleted, and its identifier is free."""
    discard_draft(plan_store(), PlanToChange(plan, now(), expected_versions(if_match)))
    return Response(204)


handler = entrypoint(app)
