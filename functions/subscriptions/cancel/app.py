"""POST /api/v1/subscriptions/{subscriptionId}/cancel: cancels a subscription."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions
from parity.subscriptions.api.endings import SubscriptionCancel
from parity.subscriptions.api.parameters import SubscriptionId
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.api.subscriptions import Message, canceled_subscription_response
from parity.subscriptions.service.changes import cancel_subscription
from parity.subscriptions.service.writes import SubscriptionTarget

app = api()


@app.post(
    "/api/v1/subscriptions/<subscriptionId>/cancel",
    summary="Cancel a subscription",
    tags=["Subscriptions"],
    operation_id="cancelSubscription",
    responses=describe_responses(200, "It has ended, or will.", 400, 404, 409, 412, 415, 422, 503),
)
def cancel(
    subscription_id: SubscriptionId,
    body: SubscriptionCancel,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Message]:
    """Now, at the end of the period, or on a given day. Now means that access ends before the answer."""
    request, moment = IdempotentRequest(app, idempotency_key), now()
    target = SubscriptionTarget(subscription_id, expected_versions(if_match))
    cancellation, record = body.to_cancellation(moment), request.recorder(canceled_subscription_response)
    subscription = cancel_subscription(subscription_stores(), target, cancellation, moment, record)
    return canceled_subscription_response(subscription)


handler = entrypoint(app)
