"""GET /api/v1/catalog/plans/{plan}/migrations/{version}: how far a migration of subscribers is."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from parity.api.app import api, entrypoint
from parity.api.catalog import PlanPath
from parity.api.migrations import MigrationModel
from parity.api.openapi import answers
from parity.store.migrations import migration_store

app = api()


@app.get(
    "/api/v1/catalog/plans/<plan>/migrations/<version>",
    summary="Get a migration",
    tags=["Plans"],
    operation_id="getMigration",
    responses=answers(200, "The migration as far as it is.", 400, 404),
)
def get(
    plan: PlanPath, version: Annotated[int, Path(description="The version migrated to.", ge=1)]
) -> MigrationModel:
    """Publishing with `updateFeatures` or `updatePricing` starts one."""
    return MigrationModel.of(migration_store().get(plan, version))


handler = entrypoint(app)
