"""PATCH /api/v1/catalog/features/{feature}: changes fields of a feature."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.catalog import FeaturePath
from parity.api.features import FeatureModel, FeatureUpdate, feature_shown
from parity.api.openapi import answers
from parity.api.preconditions import IfMatch, expected_versions
from parity.domain.times import now
from parity.features import update_feature
from parity.store.features import feature_store

app = api()


@app.patch(
    "/api/v1/catalog/features/<feature>",
    summary="Change a feature",
    tags=["Features"],
    operation_id="updateFeature",
    responses=answers(200, "The feature as it is now.", 400, 404, 409, 412, 415, 503),
)
def update(feature: FeaturePath, body: FeatureUpdate, if_match: IfMatch = None) -> Response[FeatureModel]:
    """Name, description and metadata. Fields left out stay as they are, null clears."""
    versions = expected_versions(if_match)
    return feature_shown(update_feature(feature_store(), feature, body.changes(), now(), versions))


handler = entrypoint(app)
