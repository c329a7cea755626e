"""GET /api/v1/customers/{customerId}/entitlements: what a customer may do, and why."""

from __future__ import annotations

from typing import Annotated

from parity.catalog.store.features import feature_store
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.entitlements.api.entries import format_rich_entries
from parity.entitlements.api.models import MomentQuery, RequestedUsage, RichEntitlements
from parity.entitlements.service.explain import CustomerCheck, check_many, conceal_customer, explain
from parity.entitlements.store.checks import check_store
from parity.http.app import api, entrypoint
from parity.http.callers import check_token, has_publishable_key
from parity.http.declarations import Query
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/customers/<customerId>/entitlements",
    summary="Explain a customer's entitlements",
    tags=["Entitlements"],
    operation_id="listEntitlements",
    responses=describe_responses(200, "The entitlements at the moment.", 400, 404),
)
def list_entitlements(
    customer_id: CustomerId,
    feature_id: Annotated[str | None, Query(alias="featureId", description="Just this one.")] = None,
    requested_usage: RequestedUsage = 0,
    at: MomentQuery = None,
) -> RichEntitlements:
    """All that the customer has, or one feature, with sources, windows and the reason of a denial."""
    event, asked_on = app.context["request"].event, now()
    check_token(event, customer_id, asked_on)
    moment = at or asked_on
    question = CustomerCheck(customer_id=customer_id, feature=feature_id, requested=requested_usage)
    if has_publishable_key(event):
        found = [conceal_customer(answer) for answer in check_many(check_store(), [question], moment)]
    else:
        found = explain(check_store(), feature_store(), question, moment)
    return RichEntitlements.model_validate(format_rich_entries(customer_id, moment, found))


handler = entrypoint(app)
