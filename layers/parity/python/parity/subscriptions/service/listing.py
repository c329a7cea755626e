"""The list of subscriptions, newest first: of one customer, or of all, read month by month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidFieldsError, PageNotFoundError
from parity.dynamodb.listing import collect_rows, walk_months
from parity.subscriptions.rules.subscriptions import LIVE, SubscriptionStatus
from parity.subscriptions.store.items import listing_position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from parity.core.paging import Page, PageRequest
    from parity.dynamodb.listing import MonthReader
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore

MAX_SKIPPED = 10_000
"""Rows that a page number may skip: each of them has to be read."""

MAX_ROWS_READ = 1000
"""Rows looked at for one page. A page that is not full by then is returned short, with a link to go on."""

FILTERED_QUERY_ROWS = 200
"""Rows per Query where a filter may leave most of them out."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` on, and before `end`; None is no limit."""

    start: datetime | None = None
    end: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)

    @property
    def is_open(self) -> bool:
        return self.start is None and self.end is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFilter:
    """Which subscriptions to list. Without `statuses`, those that are live and whose end has not passed."""

    customer_id: str | None = None
    statuses: frozenset[SubscriptionStatus] | None = None
    started: TimeRange = TimeRange()
    modified: TimeRange = TimeRange()

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
    if request.skipped > MAX_SKIPPED:
        raise InvalidFieldsError(
            FieldProblem("page", f"may skip at most {MAX_SKIPPED} subscriptions: follow `next` instead.")
        )
    rows = walk_months(_readers(store, wanted), store.months(), request, _query_rows(wanted, request))
    found = collect_rows(rows, request, lambda row: wanted.matches(row, now), MAX_ROWS_READ)
    if request.skipped and not found.rows and found.resume_after is None:
        raise PageNotFoundError(request.number)
    count = request.skipped + len(found.rows) + found.more
    exact = found.resume_after is None and request.position is None
    return found.to_page(request, count, count_is_exact=exact)


def _readers(store: SubscriptionStore, wanted: SubscriptionFilter) -> list[MonthReader[Subscription]]:
    """Readers of the listing of live subscriptions, of the listing of ended ones, or of both."""
    listings = {status in LIVE for status in wanted.statuses or LIVE}
    return [partial(store.page_of_month, live=live) for live in sorted(listings)]


def _query_rows(wanted: SubscriptionFilter, request: PageRequest) -> int:
    if wanted.is_narrow:
        return FILTERED_QUERY_ROWS
    return min(request.skipped + request.size + 1, MAX_ROWS_READ)


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
