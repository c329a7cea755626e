"""GET /api/v1/customers: lists and searches customers."""

from __future__ import annotations

from parity.api.app import api, entrypoint
from parity.api.customers import CustomerModel, CustomerPage, SearchText, StatusFilter, status_of
from parity.api.openapi import answers
from parity.api.pages import DEFAULT_PAGE_SIZE, Cursor, PageNumber, PageSize, Paging
from parity.customer_listing import list_customers
from parity.customer_search import search_customers
from parity.store.customers import customer_store
from parity.store.search import search_index

app = api()


@app.get(
    "/api/v1/customers",
    summary="List or search customers",
    tags=["Customers"],
    operation_id="listCustomers",
    responses=answers(200, "One page.", 400, 404),
)
def list_(
    search: SearchText = "",
    status: StatusFilter = "active",
    page: PageNumber = None,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    cursor: Cursor = None,
) -> CustomerPage:
    """Newest first; a search lists in the order of the words that matched."""
    paging = Paging(app.context["request"], {"search": search, "status": status}, page, page_size, cursor)
    store, wanted, asked = customer_store(), status_of(status), paging.asked()
    found = (
        search_customers(store, search_index(), search, wanted, asked)
        if search.strip()
        else list_customers(store, wanted, asked)
    )
    return paging.shown(found, CustomerModel.of)


handler = entrypoint(app)
