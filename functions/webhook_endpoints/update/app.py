"""PATCH /api/v1/webhook-endpoints/{endpointId}: changes, enables or disables a webhook endpoint."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions
from parity.webhooks.api.endpoints import (
    EndpointPath,
    WebhookEndpointModel,
    WebhookEndpointUpdate,
    endpoint_response,
)
from parity.webhooks.service.endpoints import update_endpoint
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.patch(
    "/api/v1/webhook-endpoints/<endpointId>",
    summary="Change a webhook endpoint",
    tags=["Webhooks"],
    operation_id="updateWebhookEndpoint",
    responses=describe_responses(200, "The endpoint as it is now.", 400, 404, 409, 412, 415, 503),
)
def update(
    endpoint_id: EndpointPath, body: WebhookEndpointUpdate, if_match: IfMatch = None
) -> Response[WebhookEndpointModel]:
    """`enabled` disables it, or enables it again. With another `signature` it keeps its secret."""
    versions = expected_versions(if_match)
    return endpoint_response(update_endpoint(endpoint_store(), endpoint_id, body.changes(), now(), versions))


handler = entrypoint(app)
