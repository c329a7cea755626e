"""GET /api/v1/catalog/plans/{plan}/subscribers: counts the live subscriptions to a version."""

from __future__ import annotations

from parity.catalog.api.parameters import PlanPath, PlanVersionNumber
from parity.catalog.store.plans import plan_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.subscriptions.api.subscribers import SubscriberCountModel
from parity.subscriptions.service.subscribers import count_subscribers
from parity.subscriptions.store.subscribers import subscriber_index

app = api()


@app.get(
    "/api/v1/catalog/plans/<plan>/subscribers",
    summary="Count the subscribers of a plan",
    tags=["Plans"],
    operation_id="countSubscribers",
    responses=describe_responses(200, "How many there are.", 400, 404),
)
def count_live(plan: PlanPath, version: PlanVersionNumber = None) -> SubscriberCountModel:
    """The live subscriptions to one version of a plan. From 1,000 on, `countIsExact` is false."""
    found = count_subscribers(plan_store(), subscriber_index(), plan, version)
    return SubscriberCountModel.of(found)


handler = entrypoint(app)
