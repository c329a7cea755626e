"""DELETE /api/v1/webhook-endpoints/{endpointId}: deletes a webhook endpoint."""

from __future__ import annotations

from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.webhooks.api.endpoints import EndpointPath
from parity.webhooks.service.endpoints import delete_endpoint
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.delete(
    "/api/v1/webhook-endpoints/<endpointId>",
    summary="Delete a webhook endpoint",
    tags=["Webhooks"],
    operation_id="deleteWebhookEndpoint",
    status_code=204,
    responses=describe_responses(204, "Deleted.", 400, 404),
)
def delete(endpoint_id: EndpointPath) -> Response[None]:
    """Nothing more is sent to it. What was sent stays in the log until it expires."""
    delete_endpoint(endpoint_store(), endpoint_id)
    return Response(204)


handler = entrypoint(app)
