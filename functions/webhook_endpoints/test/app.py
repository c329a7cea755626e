"""POST /api/v1/webhook-endpoints/{endpointId}/test: sends a test event to a webhook endpoint."""

from __future__ import annotations

import os

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.webhooks.api.endpoints import EndpointPath
from parity.webhooks.api.log import WebhookRequested
from parity.webhooks.service.test_events import send_test_event
from parity.webhooks.store.delivery_queue import delivery_queue
from parity.webhooks.store.endpoints import endpoint_store

app = api()


@app.post(
    "/api/v1/webhook-endpoints/<endpointId>/test",
    summary="Send a test event to a webhook endpoint",
    tags=["Webhooks"],
    operation_id="testWebhookEndpoint",
    status_code=202,
    responses=describe_responses(202, "It will be sent in a moment.", 400, 404, 415, 422, 503),
)
def send_test(
    endpoint_id: EndpointPath, idempotency_key: IdempotencyKey = None
) -> Response[WebhookRequested]:
    """An event of the type `webhook.test`, which a disabled endpoint gets, too. The log shows the answer."""
    request = IdempotentRequest(app, idempotency_key)
    organisation = os.environ["ORGANISATION_ID"]
    delivery = send_test_event(endpoint_store(), delivery_queue(), endpoint_id, organisation, now())
    answer = Response(202, "application/json", WebhookRequested.of(delivery))
    request.keep_answer(answer)
    return answer


handler = entrypoint(app)
