"""GET /api/v1/subscriptions/{subscriptionId}: returns one subscription."""

from __future__ import annotations

from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.subscriptions.api.parameters import SubscriptionId
from parity.subscriptions.api.subscriptions import SubscriptionModel, subscription_response
from parity.subscriptions.service.subscriptions import get_subscription
from parity.subscriptions.store.subscriptions import subscription_store

app = api()


@app.get(
    "/api/v1/subscriptions/<subscriptionId>",
    summary="Get a subscription",
    tags=["Subscriptions"],
    operation_id="getSubscription",
    responses=describe_responses(200, "The subscription.", 400, 404),
)
def get(subscription_id: SubscriptionId) -> Response[SubscriptionModel]:
    """Subscriptions that have ended and records of replaced terms can be read, too."""
    return subscription_response(get_subscription(subscription_store(), subscription_id))


handler = entrypoint(app)
