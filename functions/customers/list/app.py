"""GET /api/v1/customers: lists and searches customers."""

from __future__ import annotations

from parity.customers.api.customers import CustomerModel, CustomerPage, SearchText, StatusFilter, read_status
from parity.customers.service.listing import list_customers
from parity.customers.service.search import search_customers
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
def list_page(
    search: SearchText = "",
    status: StatusFilter = "active",
    page: PageNumber = None,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> CustomerPage:
    """Newest first. A search lists customers in the order of the words that matched."""
    paging = Paging(app.context["request"], {"search": search, "status": status}, page, page_size, cursor)
    store, wanted, asked = customer_store(), read_status(status), paging.page_request()
    found = (
        search_customers(store, search_index(), search, wanted, asked)
        if search
        else list_customers(store, wanted, asked)
    )
    return paging.to_model(found, CustomerModel.of)


handler = entrypoint(app)
