"""DELETE /api/v1/catalog/features/{feature}: archives a feature."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath
from parity.catalog.service.features import archive_feature
from parity.catalog.store.features import feature_store
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.delete(
    "/api/v1/catalog/features/<feature>",
    summary="Archive a feature",
    tags=["Features"],
    operation_id="archiveFeature",
    status_code=204,
    responses=describe_responses(204, "Archived.", 400, 404, 409, 412, 503),
)
def archive(feature: FeaturePath, if_match: IfMatch = None) -> Response[None]:
    """No plan can have it any more. Refused while a plan that is sold has it; the answer names the plans."""
    archive_feature(feature_store(), plan_store(), feature, now(), expected_versions(if_match))
    return Response(204)


handler = entrypoint(app)
