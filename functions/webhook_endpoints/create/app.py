"""POST /api/v1/webhook-endpoints: creates a webhook endpoint."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.webhooks.api.endpoints import (
    WebhookEndpointCreate,
    WebhookEndpointWithSecret,
    created_endpoint_response,
)
from parity.webhooks.service.endpoints import create_endpoint
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.post(
    "/api/v1/webhook-endpoints",
    summary="Create a webhook endpoint",
    tags=["Webhooks"],
    operation_id="createWebhookEndpoint",
    status_code=201,
    responses=describe_responses(
        201, "The endpoint with its secret, shown this once.", 400, 409, 415, 422, 503
    ),
)
def create(
    body: WebhookEndpointCreate, idempotency_key: IdempotencyKey = None
) -> Response[WebhookEndpointWithSecret]:
    """A replayed answer is kept without the secret, and has null in its place."""
    record = IdempotentRequest(app, idempotency_key).recorder(created_endpoint_response)
    endpoint, secret = create_endpoint(endpoint_store(), body.to_draft(), now(), record)
    return created_endpoint_response(endpoint, secret)


handler = entrypoint(app)
