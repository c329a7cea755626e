"""GET /api/v1/customers/{customerId}/activity: lists what happened to a customer."""

from __future__ import annotations

from parity.activity.api.entries import ActivityEntryModel, ActivityEntryPage, KindFilter
from parity.activity.service.listing import ActivityFilter, list_activity
from parity.activity.store.entries import entry_store
from parity.customers.api.parameters import CustomerId
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import DEFAULT_PAGE_SIZE, Cursor, PageSize, Paging
from parity.http.time_filters import TimeFilter, read_time_range

app = api()


@app.get(
    "/api/v1/customers/<customerId>/activity",
    summary="List what happened to a customer",
    tags=["Activity"],
    operation_id="listActivity",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(  # noqa: PLR0913, PLR0917 - the query parameters
    customer_id: CustomerId,
    kind: KindFilter = None,
    occurred_on_after: TimeFilter = "",
    occurred_on_before: TimeFilter = "",
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> ActivityEntryPage:
    """Newest first. A change is here about a second after it was made.

    Pages have no number: each is found by the cursor of the one before, and costs the same. A page of one
    kind may be short, even empty, and have a `next`: at most 1,000 entries are read for it.
    """
    times = {"occurred_on_after": occurred_on_after, "occurred_on_before": occurred_on_before}
    paging = Paging(app.context["request"], {"kind": kind or "", **times}, None, page_size, cursor)
    wanted = ActivityFilter(kind, read_time_range(occurred_on_after, occurred_on_before))
    page = list_activity(customer_store(), entry_store(), customer_id, wanted, paging.page_request())
    return paging.to_model(page, ActivityEntryModel.of)


handler = entrypoint(app)
