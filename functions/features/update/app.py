"""PATCH /api/v1/catalog/features/{feature}: changes fields of a feature."""

from __future__ import annotations

from parity.catalog.api.features import FeatureModel, FeatureUpdate, feature_response
from parity.catalog.api.parameters import FeaturePath
from parity.catalog.service.features import update_feature
from parity.catalog.store.features import feature_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.patch(
    "/api/v1/catalog/features/<feature>",
    summary="Change a feature",
    tags=["Features"],
    operation_id="updateFeature",
    responses=describe_responses(200, "The feature as it is now.", 400, 404, 409, 412, 415, 503),
)
def update(feature: FeaturePath, body: FeatureUpdate, if_match: IfMatch = None) -> Response[FeatureModel]:
    """Changes name, description or metadata. Fields left out stay as they are, and null clears."""
    versions = expected_versions(if_match)
    return feature_response(update_feature(feature_store(), feature, body.changes(), now(), versions))


handler = entrypoint(app)
