"""The list of customers by their creation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.errors import PageNotFoundError
from parity.customers.rules.customers import CustomerStatus
from parity.dynamodb.listing_pages import collect_rows
from parity.dynamodb.partitioned_lists import count_rows_of_each

if TYPE_CHECKING:
    from parity.core.paging import Page, PageRequest
    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore

QUERY_ROWS = 1000
"""The most rows per Query while skipping to a page number. DynamoDB stops at 1 MB in any case."""


def list_customers(
    store: CustomerStore, status: CustomerStatus | None, request: PageRequest
) -> Page[Customer]:
    """Queries for the counts, and then usually four for the rows of each status.

    `status` None lists all customers. Raises PageNotFoundError.
    """
    statuses = [status] if status else list(CustomerStatus)
    counts = store.counts()
    count = counts.total(statuses)
    if request.skipped >= max(count, 1):
        raise PageNotFoundError(request.number)
    limit = min(count_rows_of_each(request.skipped + request.size + 1), QUERY_ROWS)
    rows = store.lists(statuses).walk(request, limit, counts.earlier_months)
    found = collect_rows(rows, request)
    return found.to_page(request, count, count_is_exact=True)
