"""GET /api/v1/alerts: lists the usage thresholds that customers reached."""

from __future__ import annotations

from parity.customers.api.parameters import CustomerFilter
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import DEFAULT_PAGE_SIZE, Cursor, PageNumber, PageSize, Paging
from parity.http.time_filters import TimeFilter
from parity.usage.api.alerts import AlertFeature
from parity.usage.api.listed_alerts import ListedAlertModel, ListedAlertPage, listed_alert_stores, read_filter
from parity.usage.service.listed_alerts import list_all_alerts

app = api()


@app.get(
    "/api/v1/alerts",
    summary="List the usage alerts of all customers",
    tags=["Usage"],
    operation_id="listAlerts",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(  # noqa: PLR0913, PLR0917 - the query parameters
    customer_id: CustomerFilter = "",
    feature_id: AlertFeature = None,
    created_on_after: TimeFilter = "",
    created_on_before: TimeFilter = "",
    page: PageNumber = None,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> ListedAlertPage:
    """Newest first. The count is of what was found so far, and with a feature a page may be short."""
    times = {"created_on_after": created_on_after, "created_on_before": created_on_before}
    filters = {"customer_id": customer_id, "feature_id": feature_id or "", **times}
    paging = Paging(app.context["request"], filters, page, page_size, cursor)
    found = list_all_alerts(listed_alert_stores(), read_filter(filters), paging.page_request())
    return paging.to_model(found, ListedAlertModel.of)


handler = entrypoint(app)
