"""POST /api/v1/subscriptions/create: subscribes a customer to a plan."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.subscriptions.api.requests import SubscriptionCreate, unknown_names_as_wrong_fields
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.api.subscriptions import SubscriptionModel, created_subscription_response
from parity.subscriptions.service.subscriptions import create_subscription

app = api()


@app.post(
    "/api/v1/subscriptions/create",
    summary="Create a subscription",
    tags=["Subscriptions"],
    operation_id="createSubscription",
    status_code=201,
    responses=describe_responses(201, "The subscription.", 400, 409, 415, 422, 503),
)
def create(body: SubscriptionCreate, idempotency_key: IdempotencyKey = None) -> Response[SubscriptionModel]:
    """The subscription keeps the plan's version published now. A customer may have several."""
    request, moment = IdempotentRequest(app, idempotency_key), now()
    with unknown_names_as_wrong_fields():
        draft, record = body.to_draft(moment), request.recorder(created_subscription_response)
        subscription = create_subscription(subscription_stores(), draft, moment, record)
    return created_subscription_response(subscription)


handler = entrypoint(app)
