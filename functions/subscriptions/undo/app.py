"""POST /api/v1/subscriptions/{subscriptionId}/undo: takes back a pending cancellation or change."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions
from parity.subscriptions.api.parameters import SubscriptionId
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.api.subscriptions import SubscriptionModel, subscription_response
from parity.subscriptions.service.changes import undo_pending
from parity.subscriptions.service.writes import SubscriptionTarget

app = api()


@app.post(
    "/api/v1/subscriptions/<subscriptionId>/undo",
    summary="Undo a pending cancel or change",
    tags=["Subscriptions"],
    operation_id="undoSubscriptionChange",
    responses=describe_responses(200, "The subscription as it is now.", 400, 404, 409, 412, 422, 503),
)
def undo_subscription(
    subscription_id: SubscriptionId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> Response[SubscriptionModel]:
    """Takes back a pending cancel; without one, an unpaid change; and without that, a pending change.

    A subscription that has ended cannot be restored: create another one.
    """
    request = IdempotentRequest(app, idempotency_key)
    target = SubscriptionTarget(subscription_id, expected_versions(if_match))
    record = request.recorder(subscription_response)
    return subscription_response(undo_pending(subscription_stores(), target, now(), record))


handler = entrypoint(app)
