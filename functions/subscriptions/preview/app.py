"""POST /api/v1/subscriptions/{subscriptionId}/update/preview: shows what an update would change."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.subscriptions.api.parameters import SubscriptionId
from parity.subscriptions.api.previews import UpdatePreview
from parity.subscriptions.api.requests import SubscriptionUpdate, unknown_names_as_wrong_fields
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.service.changes import preview_update

app = api()


@app.post(
    "/api/v1/subscriptions/<subscriptionId>/update/preview",
    summary="Preview a change of a subscription",
    tags=["Subscriptions"],
    operation_id="previewSubscriptionUpdate",
    responses=describe_responses(200, "What would change.", 400, 404, 409, 415),
)
def preview_subscription(subscription_id: SubscriptionId, body: SubscriptionUpdate) -> UpdatePreview:
    """Takes the same body as the update, refuses the same requests, and writes nothing."""
    moment = now()
    with unknown_names_as_wrong_fields():
        change = body.to_update(moment)
        found = preview_update(subscription_stores(), subscription_id, change, moment)
    return UpdatePreview.of(found)


handler = entrypoint(app)
