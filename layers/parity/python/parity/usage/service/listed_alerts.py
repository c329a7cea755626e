"""The list of all customers' alerts, newest first, or of one customer's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.core.time_ranges import ALWAYS
from parity.dynamodb.listing import walk_months, walk_rows
from parity.dynamodb.listing_pages import FILTERED_QUERY_ROWS, MAX_ROWS_READ, collect_uncounted_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parity.catalog.store.features import FeatureStore
    from parity.core.paging import Page, PageRequest
    from parity.core.time_ranges import TimeRange
    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore
    from parity.usage.rules.alerts import ListedAlert
    from parity.usage.store.listed_alerts import ListedAlertStore


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts to list: of a customer, of a feature by its identifier or its id, recorded in a range."""

    customer_id: str | None = None
    feature: str | None = None
    created: TimeRange = ALWAYS


@dataclass(frozen=True, slots=True)
class ListedAlertStores:
    listed: ListedAlertStore
    customers: CustomerStore
    features: FeatureStore


@dataclass(frozen=True, slots=True)
class CustomerAlert:
    """A listed alert with its customer as it is now."""

    listed: ListedAlert
    customer: Customer


def list_all_alerts(
    stores: ListedAlertStores, wanted: AlertFilter, request: PageRequest
) -> Page[CustomerAlert]:
    """One page, and its customers in one request. The count is of what was found so far.

    Of a customer it takes one Query; of all, one for the months and usually one more. With a feature the page
    may be short, even empty, with a `next`. Raises FeatureNotFoundError, PageNotFoundError, and
    InvalidFieldsError for a page number that skips too much.
    """
    feature = stores.features.get(wanted.feature).identifier if wanted.feature else None
    rows = _walk(stores.listed, wanted, request)
    page = collect_uncounted_page(rows, request, lambda row: feature in {None, row.alert.feature})
    return _add_customers(stores.customers, page)


def _walk(
    listed: ListedAlertStore, wanted: AlertFilter, request: PageRequest
) -> Iterator[tuple[str, ListedAlert]]:
    limit = FILTERED_QUERY_ROWS if wanted.feature else min(request.skipped + request.size + 1, MAX_ROWS_READ)
    if wanted.customer_id:
        read = partial(listed.page_of_customer, wanted.customer_id)
        return walk_rows(read, request, limit, wanted.created)
    return walk_months([listed.page_of_month], listed.months(), request, limit, wanted.created)


def _add_customers(customers: CustomerStore, page: Page[ListedAlert]) -> Page[CustomerAlert]:
    found = customers.get_many({row.customer_id for row in page.rows})
    return page.with_rows([CustomerAlert(row, found[row.customer_id]) for row in page.rows])
