"""GET /api/v1/webhook-endpoints: lists the webhook endpoints."""

from __future__ import annotations

from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.webhooks.api.endpoints import WebhookEndpointList, WebhookEndpointModel
from parity.webhooks.service.endpoints import list_endpoints
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.get(
    "/api/v1/webhook-endpoints",
    summary="List the webhook endpoints",
    tags=["Webhooks"],
    operation_id="listWebhookEndpoints",
    responses=describe_responses(200, "All endpoints, newest first.", 400),
)
def list_all() -> WebhookEndpointList:
    """All endpoints, disabled ones included, without their secrets."""
    found = list_endpoints(endpoint_store())
    results = [WebhookEndpointModel.of(endpoint) for endpoint in found]
    return WebhookEndpointList(count=len(found), results=results)


handler = entrypoint(app)
