"""The list of customers, newest first, read month by month of their creation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parity.core.errors import PageNotFoundError
from parity.customers.rules.customers import CustomerStatus
from parity.dynamodb.listing import collect_rows, walk_months

if TYPE_CHECKING:
    from parity.core.paging import Page, PageRequest
    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore

QUERY_ROWS = 1000
"""The most rows per Query while skipping to a page number. DynamoDB stops at 1 MB in any case."""


def list_customers(
    store: CustomerStore, status: CustomerStatus | None, request: PageRequest
) -> Page[Customer]:
    """One Query for the counts, and usually one per status for the rows. `status` None lists all customers.

    Raises PageNotFoundError.
    """
    statuses = [status] if status else list(CustomerStatus)
    counts = store.counts()
    count = counts.total(statuses)
    if request.skipped >= max(count, 1):
        raise PageNotFoundError(request.number)
    readers = [partial(store.page_of_month, each) for each in statuses]
    limit = min(request.skipped + request.size + 1, QUERY_ROWS)
    found = collect_rows(walk_months(readers, counts.months, request, limit), request)
    return found.to_page(request, count, count_is_exact=True)
