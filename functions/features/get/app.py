"""GET /api/v1/catalog/features/{feature}: one feature."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.catalog import FeaturePath
from parity.api.features import FeatureModel, feature_shown
from parity.api.openapi import answers
from parity.store.features import feature_store

app = api()


@app.get(
    "/api/v1/catalog/features/<feature>",
    summary="Get a feature",
    tags=["Features"],
    operation_id="getFeature",
    responses=answers(200, "The feature.", 404),
)
def get(feature: FeaturePath) -> Response[FeatureModel]:
    """Archived features can be read, too."""
    return feature_shown(feature_store().get(feature))


handler = entrypoint(app)
