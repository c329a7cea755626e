"""GET /api/v1/catalog/plans/{plan}/migrations/{version}: returns the progress of a migration."""

from __future__ import annotations

from parity.catalog.api.migrations import MigrationModel
from parity.catalog.api.parameters import MigratedVersion, PlanPath
from parity.catalog.store.migrations import migration_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/catalog/plans/<plan>/migrations/<version>",
    summary="Get a migration",
    tags=["Plans"],
    operation_id="getMigration",
    responses=describe_responses(200, "The migration as far as it is.", 400, 404),
)
def get_migration(plan: PlanPath, version: MigratedVersion) -> MigrationModel:
    """Publishing with `updateFeatures` or `updatePricing` starts a migration of subscribers."""
    return MigrationModel.of(migration_store().get(plan, version))


handler = entrypoint(app)
