"""GET /api/v1/subscriptions: lists subscriptions."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerFilter
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import DEFAULT_PAGE_SIZE, Cursor, PageNumber, PageSize, Paging
from parity.http.time_filters import TimeFilter
from parity.subscriptions.api.parameters import StatusesFilter, read_filter
from parity.subscriptions.api.subscriptions import SubscriptionModel, SubscriptionPage
from parity.subscriptions.service.listing import list_subscriptions
from parity.subscriptions.store.subscriptions import subscription_store

app = api()


@app.get(
    "/api/v1/subscriptions",
    summary="List subscriptions",
    tags=["Subscriptions"],
    operation_id="listSubscriptions",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(  # noqa: PLR0913, PLR0917 - the query parameters
    customer_id: CustomerFilter = "",
    status: StatusesFilter = "",
    start_date_after: TimeFilter = "",
    start_date_before: TimeFilter = "",
    modified_on_after: TimeFilter = "",
    modified_on_before: TimeFilter = "",
    page: PageNumber = None,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> SubscriptionPage:
    """Newest first. Without a customer, the count is of what was found so far, and a page may be short."""
    filters = {
        "customer_id": customer_id,
        "status": status,
        "start_date_after": start_date_after,
        "start_date_before": start_date_before,
        "modified_on_after": modified_on_after,
        "modified_on_before": modified_on_before,
    }
    paging = Paging(app.context["request"], filters, page, page_size, cursor)
    found = list_subscriptions(subscription_store(), read_filter(filters), paging.page_request(), now())
    return paging.to_model(found, SubscriptionModel.of)


handler = entrypoint(app)
