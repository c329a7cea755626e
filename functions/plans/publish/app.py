"""POST /api/v1/catalog/plans/{plan}/publish: publishes the draft of a plan."""

from __future__ import annotations

from functools import partial

from parity.catalog.api.parameters import PlanPath
from parity.catalog.api.plans import PlanPublish, PlanPublished, published_plan_response
from parity.catalog.api.stores import catalog_stores
from parity.catalog.rules.migrations import new_migration
from parity.catalog.service.plans import PlanToChange, publish_plan
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions
from parity.subscriptions.store.migration_queue import migration_queue

app = api()


@app.post(
    "/api/v1/catalog/plans/<plan>/publish",
    summary="Publish a plan",
    tags=["Plans"],
    operation_id="publishPlan",
    responses=describe_responses(200, "Published.", 400, 404, 409, 412, 415, 422, 503),
)
def publish(
    plan: PlanPath,
    body: PlanPublish | None = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PlanPublished]:
    """A published version never changes. Subscribers keep their version unless the body says otherwise."""
    request = IdempotentRequest(app, idempotency_key)
    scope = (body or PlanPublish()).to_scope()
    target = PlanToChange(plan, now(), expected_versions(if_match))
    shown = partial(published_plan_response, scope)
    plan_at_version = publish_plan(catalog_stores(), target, scope, request.recorder(shown))
    if not scope.is_empty:
        migration = new_migration(plan_at_version.version, scope, target.now)
        migration_queue().try_to_send(migration.running)
    return shown(plan_at_version)


handler = entrypoint(app)
