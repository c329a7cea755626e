"""POST /api/v1/webhook-endpoints/{endpointId}/rotate: replaces the secret of a webhook endpoint."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.webhooks.api.endpoints import EndpointPath, WebhookEndpointWithSecret, rotated_secret_response
from parity.webhooks.service.endpoints import rotate_secret
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.post(
    "/api/v1/webhook-endpoints/<endpointId>/rotate",
    summary="Replace the secret of a webhook endpoint",
    tags=["Webhooks"],
    operation_id="rotateWebhookSecret",
    responses=describe_responses(
        200, "The endpoint with its new secret, shown this once.", 400, 404, 409, 415, 422, 503
    ),
)
def rotate(
    endpoint_id: EndpointPath, idempotency_key: IdempotencyKey = None
) -> Response[WebhookEndpointWithSecret]:
    """With the signature `standard`, requests are signed with the secret before, too, for 24 hours.

    With `kelviq` the new secret replaces it at once, because Kelviq's libraries accept one signature only.
    """
    record = IdempotentRequest(app, idempotency_key).recorder(rotated_secret_response)
    endpoint, secret = rotate_secret(endpoint_store(), endpoint_id, now(), record)
    return rotated_secret_response(endpoint, secret)


handler = entrypoint(app)
