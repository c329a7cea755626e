"""DELETE /api/v1/catalog/features/{feature}: archives a feature."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.catalog import FeaturePath
from parity.api.openapi import answers
from parity.api.preconditions import IfMatch, expected_versions
from parity.domain.times import now
from parity.features import archive_feature
from parity.store.features import feature_store
from parity.store.plans import plan_store

app = api()


@app.delete(
    "/api/v1/catalog/features/<feature>",
    summary="Archive a feature",
    tags=["Features"],
    operation_id="archiveFeature",
    status_code=204,
    responses=answers(204, "Archived.", 400, 404, 409, 412, 503),
)
def archive(feature: FeaturePath, if_match: IfMatch = None) -> Response[None]:
    """Keeps it out of plans. Refused while a plan that is sold has it; the answer names the plans."""
    archive_feature(feature_store(), plan_store(), feature, now(), expected_versions(if_match))
    return Response(204)


handler = entrypoint(app)
