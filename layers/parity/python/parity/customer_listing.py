"""The list of customers, newest first: a walk over the months in which customers were created."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from parity.domain.customers import Customer, CustomerStatus
from parity.domain.errors import PageNotFoundError
from parity.domain.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parity.domain.pages import PageRequest
    from parity.store.customers import CustomerStore

    PositionedCustomer = tuple[str, Customer]

QUERY_ROWS = 1000
"""Rows per Query while skipping to a page number; DynamoDB stops at 1 MB anyway."""

MONTH_CHARACTERS = len("yyyy-mm")


def list_customers(
    store: CustomerStore, status: CustomerStatus | None, request: PageRequest
) -> Page[Customer]:
    """One Query for the counts and, usually, one per status for the rows. Raises PageNotFoundError."""
    statuses = [status] if status else list(CustomerStatus)
    counts = store.counts()
    count = counts.total(statuses)
    if request.skipped >= max(count, 1):
        raise PageNotFoundError(request.number)
    walk = _walk(store, statuses, counts.months, request)
    rows = list(islice(walk, request.skipped, request.skipped + request.size + 1))
    more, rows = len(rows) > request.size, rows[: request.size]
    return _page(rows, request, count, more=more)


def _page(rows: list[PositionedCustomer], request: PageRequest, count: int, *, more: bool) -> Page[Customer]:
    if request.backward:
        rows.reverse()
    has_next, has_previous = (
        (True, more) if request.backward else (more, bool(request.position or request.skipped))
    )
    return Page(
        rows=[customer for _, customer in rows],
        next=rows[-1][0] if rows and has_next else None,
        previous=rows[0][0] if rows and has_previous else None,
        count=count,
    )


def _walk(
    store: CustomerStore, statuses: list[CustomerStatus], months: list[str], request: PageRequest
) -> Iterator[PositionedCustomer]:
    """Rows beyond the request's position, in the direction that it asks for, read as they are taken."""
    limit = min(request.skipped + request.size + 1, QUERY_ROWS)
    for month in _months_from(months, request):
        by_status = [_walk_month(store, status, month, request, limit) for status in statuses]
        yield from merge(*by_status, key=itemgetter(0), reverse=not request.backward)


def _months_from(months: list[str], request: PageRequest) -> list[str]:
    start = (request.position or "")[:MONTH_CHARACTERS]
    if request.backward:
        return [month for month in reversed(months) if month >= start]
    return [month for month in months if not start or month <= start]


def _walk_month(
    store: CustomerStore, status: CustomerStatus, month: str, request: PageRequest, limit: int
) -> Iterator[PositionedCustomer]:
    after = request.position
    while True:
        page = store.listed(status, month, after=after, newest_first=not request.backward, limit=limit)
        yield from page.rows
        if not (page.more and page.rows):
            return
        after = page.rows[-1][0]
