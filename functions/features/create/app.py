"""POST /api/v1/catalog/features: creates a feature."""

from __future__ import annotations

from parity.catalog.api.features import FeatureCreate, FeatureModel, created_feature_response
from parity.catalog.service.features import create_feature
from parity.catalog.store.features import feature_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/catalog/features",
    summary="Create a feature",
    tags=["Features"],
    operation_id="createFeature",
    status_code=201,
    responses=describe_responses(201, "The feature.", 400, 409, 415, 422, 503),
)
def create(body: FeatureCreate, idempotency_key: IdempotencyKey = None) -> Response[FeatureModel]:
    """The identifier and the type never change."""
    request = IdempotentRequest(app, idempotency_key)
    record = request.recorder(created_feature_response)
    return created_feature_response(create_feature(feature_store(), body.to_draft(), now(), record))


handler = entrypoint(app)
