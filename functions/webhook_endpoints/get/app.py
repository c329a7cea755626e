"""GET /api/v1/webhook-endpoints/{endpointId}: returns a webhook endpoint."""

from __future__ import annotations

from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.webhooks.api.endpoints import EndpointPath, WebhookEndpointModel, endpoint_response
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.get(
    "/api/v1/webhook-endpoints/<endpointId>",
    summary="Get a webhook endpoint",
    tags=["Webhooks"],
    operation_id="getWebhookEndpoint",
    responses=describe_responses(200, "The endpoint.", 400, 404),
)
def get(endpoint_id: EndpointPath) -> Response[WebhookEndpointModel]:
    """Without its secret, and with how it fares."""
    return endpoint_response(endpoint_store().get(endpoint_id))


handler = entrypoint(app)
