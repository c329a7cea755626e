"""The list of subscriptions, newest first: of one customer, or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.errors import PageNotFoundError
from parity.core.time_ranges import ALWAYS
from parity.dynamodb.listing_pages import (
    FILTERED_QUERY_ROWS,
    MAX_ROWS_READ,
    collect_rows,
    collect_uncounted_page,
)
from parity.dynamodb.partitioned_lists import count_rows_of_each
from parity.subscriptions.rules.subscriptions import LIVE, SubscriptionStatus
from parity.subscriptions.store.items import listing_position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from parity.core.paging import Page, PageRequest
    from parity.core.time_ranges import TimeRange
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFilter:
    """Which subscriptions to list. Without `statuses`, those that are live and whose end has not passed."""

    customer_id: str | None = None
    statuses: frozenset[SubscriptionStatus] | None = None
    started: TimeRange = ALWAYS
    modified: TimeRange = ALWAYS

    def matches(self, subscription: Subscription, now: datetime) -> bool:
        if self.statuses is None and subscription.cancel_on and subscription.cancel_on <= now:
            return False
        return (
            subscription.status in (self.statuses or LIVE)
            and subscription.started_on in self.started
            and subscription.modified_on in self.modified
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it may leave out most of the rows that are read."""
        return bool(self.statuses) or not (self.started.is_open and self.modified.is_open)


def list_subscriptions(
    store: SubscriptionStore, wanted: SubscriptionFilter, request: PageRequest, now: datetime
) -> Page[Subscription]:
    """One page. With a customer it takes one Query, two with replaced terms, and the count is exact.

    Without a customer the count is of what was found so far, and the page may be short, even empty, with a
    `next`. Raises PageNotFoundError, and InvalidFieldsError for a page number that skips too much.
    """
    if wanted.customer_id:
        return _list_of_customer(_read_of_customer(store, wanted, wanted.customer_id), wanted, request, now)
    return _list_all(store, wanted, request, now)


def _read_of_customer(
    store: SubscriptionStore, wanted: SubscriptionFilter, customer_id: str
) -> list[Subscription]:
    """Reads the records of replaced terms only where they are asked for: a customer may have many."""
    subscriptions = store.of_customer(customer_id)
    if wanted.statuses and SubscriptionStatus.SUPERSEDED in wanted.statuses:
        return subscriptions + store.superseded_of_customer(customer_id)
    return subscriptions


def _list_of_customer(
    subscriptions: list[Subscription], wanted: SubscriptionFilter, request: PageRequest, now: datetime
) -> Page[Subscription]:
    matching = [each for each in subscriptions if wanted.matches(each, now)]
    if request.skipped >= max(len(matching), 1):
        raise PageNotFoundError(request.number)
    found = collect_rows(_rows_beyond(matching, request), request)
    return found.to_page(request, len(matching), count_is_exact=True)


def _list_all(
    store: SubscriptionStore, wanted: SubscriptionFilter, request: PageRequest, now: datetime
) -> Page[Subscription]:
    lists = store.lists({status in LIVE for status in wanted.statuses or LIVE})
    rows = lists.walk(request, _query_rows(wanted, request), store.earlier_months())
    return collect_uncounted_page(rows, request, lambda row: wanted.matches(row, now))


def _query_rows(wanted: SubscriptionFilter, request: PageRequest) -> int:
    if wanted.is_narrow:
        return FILTERED_QUERY_ROWS
    return min(count_rows_of_each(request.skipped + request.size + 1), MAX_ROWS_READ)


def _rows_beyond(
    subscriptions: list[Subscription], request: PageRequest
) -> Iterator[tuple[str, Subscription]]:
    """The rows beyond the request's position, in the request's direction, each with its position."""
    positioned = {listing_position(each): each for each in subscriptions}
    for position in sorted(positioned, reverse=not request.backward):
        is_beyond = request.position is None or (
            position > request.position if request.backward else position < request.position
        )
        if is_beyond:
            yield position, positioned[position]
