"""POST /api/v1/subscriptions/create: subscribes a customer to a plan."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.idempotency import IdempotencyKey, Once
from parity.api.openapi import answers
from parity.api.stores import subscription_stores
from parity.api.subscription_requests import SubscriptionCreate, named_by_body
from parity.api.subscriptions import SubscriptionModel, created
from parity.domain.times import now
from parity.subscriptions import create_subscription

app = api()


@app.post(
    "/api/v1/subscriptions/create",
    summary="Create a subscription",
    tags=["Subscriptions"],
    operation_id="createSubscription",
    status_code=201,
    responses=answers(201, "The subscription.", 400, 409, 415, 422, 503),
)
def create(body: SubscriptionCreate, idempotency_key: IdempotencyKey = None) -> Response[SubscriptionModel]:
    """To the plan's published version, which it keeps. A customer may have several subscriptions."""
    once, moment = Once(app, idempotency_key), now()
    with named_by_body():
        draft = body.to_draft(moment)
        return created(create_subscription(subscription_stores(), draft, moment, once.recorder(created)))


handler = entrypoint(app)
