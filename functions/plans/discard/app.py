"""DELETE /api/v1/catalog/plans/{plan}/discard: removes the draft of a plan."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.catalog import PlanPath
from parity.api.openapi import answers
from parity.api.preconditions import IfMatch, expected_versions
from parity.domain.times import now
from parity.plans import PlanTarget, discard_draft
from parity.store.plans import plan_store

app = api()


@app.delete(
    "/api/v1/catalog/plans/<plan>/discard",
    summary="Discard a draft",
    tags=["Plans"],
    operation_id="discardDraft",
    status_code=204,
    responses=answers(204, "The draft is gone.", 400, 404, 409, 412, 503),
)
def discard(plan: PlanPath, if_match: IfMatch = None) -> Response[None]:
    """The published version stays. A plan that was never published is gone, and its identifier free."""
    discard_draft(plan_store(), PlanTarget(plan, now(), expected_versions(if_match)))
    return Response(204)


handler = entrypoint(app)
