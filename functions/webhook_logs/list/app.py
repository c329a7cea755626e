"""GET /api/v1/webhook/logs: lists what was sent to webhook endpoints."""

from __future__ import annotations

from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import DEFAULT_PAGE_SIZE, Cursor, PageNumber, PageSize, Paging
from parity.http.time_filters import TimeFilter
from parity.webhooks.api.log import (
    EndpointFilter,
    EventTypeFilter,
    SuccessFilter,
    WebhookDeliveryModel,
    WebhookDeliveryPage,
    log_stores,
    read_filter,
)
from parity.webhooks.service.log import list_deliveries

app = api()


@app.get(
    "/api/v1/webhook/logs",
    summary="List what was sent to webhook endpoints",
    tags=["Webhooks"],
    operation_id="listWebhookLogs",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(  # noqa: PLR0913, PLR0917 - the query parameters
    endpoint: EndpointFilter = "",
    event_type: EventTypeFilter = "",
    is_success: SuccessFilter = None,
    start_date: TimeFilter = "",
    end_date: TimeFilter = "",
    page: PageNumber = None,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> WebhookDeliveryPage:
    """Newest events first, of the last 30 days. The dates are about the last attempt."""
    filters = {
        "endpoint": endpoint,
        "event_type": event_type,
        "is_success": is_success or "",
        "start_date": start_date,
        "end_date": end_date,
    }
    paging = Paging(app.context["request"], filters, page, page_size, cursor)
    found = list_deliveries(log_stores(), read_filter(filters), paging.page_request(), now())
    return paging.to_model(found, WebhookDeliveryModel.of)


handler = entrypoint(app)
