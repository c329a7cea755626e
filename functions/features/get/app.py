"""GET /api/v1/catalog/features/{feature}: returns one feature."""

from __future__ import annotations

from parity.catalog.api.features import FeatureModel, feature_response
from parity.catalog.api.parameters import FeaturePath
from parity.catalog.store.features import feature_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/catalog/features/<feature>",
    summary="Get a feature",
    tags=["Features"],
    operation_id="getFeature",
    responses=describe_responses(200, "The feature.", 400, 404),
)
def get_feature(feature: FeaturePath) -> Response[FeatureModel]:
    """Archived features can be read, too."""
    return feature_response(feature_store().get(feature))


handler = entrypoint(app)
