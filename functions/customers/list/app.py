"""GET /api/v1/customers: lists and searches customers."""

from __future__ import annotations

from parity.customers.api.customers import CustomerModel, CustomerPage
from parity.customers.api.listing import SearchText, SortOrder, StatusFilter, is_oldest_first, read_status
from parity.customers.service.search import find_customers
from parity.customers.store.customers import customer_store
from parity.customers.store.search_index import search_index
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import DEFAULT_PAGE_SIZE, Cursor, PageNumber, PageSize, Paging

app = api()


@app.get(
    "/api/v1/customers",
    summary="List or search customers",
    tags=["Customers"],
    operation_id="listCustomers",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(  # noqa: PLR0913, PLR0917 - the query parameters
    search: SearchText = "",
    status: StatusFilter = "active",
    sort: SortOrder = "",
    page: PageNumber = None,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> CustomerPage:
    """A search lists customers in the order of the words that matched."""
    filters = {"search": search, "status": status, "sort": sort}
    paging = Paging(app.context["request"], filters, page, page_size, cursor)
    asked = paging.page_request(oldest_first=is_oldest_first(sort, search))
    found = find_customers(customer_store(), search_index(), search, read_status(status), asked)
    return paging.to_model(found, CustomerModel.of)


handler = entrypoint(app)
