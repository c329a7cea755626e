"""A customer's activity, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.core.time_ranges import ALWAYS
from parity.dynamodb.listing import walk_rows
from parity.dynamodb.listing_pages import FILTERED_QUERY_ROWS, collect_uncounted_page

if TYPE_CHECKING:
    from parity.activity.rules.changes import ChangeKind
    from parity.activity.rules.entries import Entry
    from parity.activity.store.entries import EntryStore
    from parity.core.paging import Page, PageRequest
    from parity.core.time_ranges import TimeRange
    from parity.customers.store.customers import CustomerStore


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Entries of one kind, or of all without a kind, that occurred in the range."""

    kind: ChangeKind | None = None
    occurred: TimeRange = ALWAYS


def list_activity(
    customers: CustomerStore,
    entries: EntryStore,
    customer_id: str,
    wanted: ActivityFilter,
    request: PageRequest,
) -> Page[Entry]:
    """One page, by position: a read of the customer and usually one Query.

    With a kind the page may be short, even empty, and have a `next`. The count is of what was found so far.
    Of an erased customer, entries show nothing that told who it was, also before they are redacted.
    Raises CustomerNotFoundError.
    """
    customer = customers.get(customer_id)
    rows = walk_rows(
        partial(entries.read_rows, customer_id), request, _query_rows(wanted, request), wanted.occurred
    )
    page = collect_uncounted_page(rows, request, lambda entry: wanted.kind in {None, entry.kind})
    return page.with_rows([entry.without_personal() for entry in page.rows]) if customer.is_erased else page


def _query_rows(wanted: ActivityFilter, request: PageRequest) -> int:
    return FILTERED_QUERY_ROWS if wanted.kind else request.size + 1
