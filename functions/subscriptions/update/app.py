"""POST /api/v1/subscriptions/{subscriptionId}/update: changes the terms of a subscription."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions
from parity.subscriptions.api.parameters import SubscriptionId
from parity.subscriptions.api.requests import SubscriptionUpdate, unknown_names_as_wrong_fields
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.api.subscriptions import SubscriptionUpdated, updated_subscription_response
from parity.subscriptions.service.changes import update_subscription
from parity.subscriptions.service.writes import SubscriptionTarget

app = api()


@app.post(
    "/api/v1/subscriptions/<subscriptionId>/update",
    summary="Change a subscription",
    tags=["Subscriptions"],
    operation_id="updateSubscription",
    responses=describe_responses(200, "It is changed, or will be.", 400, 404, 409, 412, 415, 422, 503),
)
def update(
    subscription_id: SubscriptionId,
    body: SubscriptionUpdate,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SubscriptionUpdated]:
    """Moves it to the plan's published version: now, once that is paid for, or at the end of the period."""
    request, moment = IdempotentRequest(app, idempotency_key), now()
    target = SubscriptionTarget(subscription_id, expected_versions(if_match))
    with unknown_names_as_wrong_fields():
        change = body.to_update(moment)
        record = request.recorder(updated_subscription_response)
        subscription = update_subscription(subscription_stores(), target, change, moment, record)
    return updated_subscription_response(subscription)


handler = entrypoint(app)
