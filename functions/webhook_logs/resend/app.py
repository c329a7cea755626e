"""POST /api/v1/webhook/logs/{deliveryId}/resend: sends an event to a webhook endpoint again."""

from __future__ import annotations

from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.webhooks.api.log import DeliveryPath, WebhookRequested, log_stores
from parity.webhooks.service.log import resend
from parity.webhooks.store.delivery_queue import delivery_queue

app = api()


@app.post(
    "/api/v1/webhook/logs/<deliveryId>/resend",
    summary="Send an event again",
    tags=["Webhooks"],
    operation_id="resendWebhook",
    status_code=202,
    responses=describe_responses(202, "It will be sent in a moment.", 400, 404, 415, 422, 503),
)
def send_again(
    delivery_id: DeliveryPath, idempotency_key: IdempotencyKey = None
) -> Response[WebhookRequested]:
    """The same body with the same id, whether it was delivered or not, also to a disabled endpoint."""
    request = IdempotentRequest(app, idempotency_key)
    answer = Response(
        202, "application/json", WebhookRequested.of(resend(log_stores(), delivery_queue(), delivery_id))
    )
    request.keep_answer(answer)
    return answer


handler = entrypoint(app)
