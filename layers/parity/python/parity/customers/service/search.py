"""Searching customers by words of their name, email or identifier (docs/decisions/0001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.errors import InvalidCursorError, PageNotFoundError
from parity.core.paging import Page
from parity.customers.rules.search_words import query_words
from parity.customers.store.search_index import Search, SearchPage

if TYPE_CHECKING:
    from parity.core.paging import PageRequest
    from parity.customers.rules.customers import Customer, CustomerStatus
    from parity.customers.store.customers import CustomerStore
    from parity.customers.store.search_index import SearchIndex

FIRST_QUERY_ENTRIES = 100
"""How many entries the first Query reads for each word of several, to find a word with few matches."""

MAX_LEADS = 5
MAX_QUERIES = 10
"""How many more Queries a page may take. Then the page is short and has a link to continue."""


def search_customers(
    store: CustomerStore, index: SearchIndex, text: str, status: CustomerStatus | None, request: PageRequest
) -> Page[Customer]:
    """Customers that match every word, in the order of the tokens that matched.

    `count` is the number of matches read so far. A page may be short, even empty, and still have a `next`.
    Raises PageNotFoundError, InvalidCursorError.
    """
    words = query_words(text)
    if not words:
        return Page(rows=[], next=None, previous=None, count=0)
    searches = _make_searches(words, status, request.position)
    found = _collect_matches(index, searches, request)
    if request.skipped and len(found.matches) <= request.skipped:
        raise PageNotFoundError(request.number)
    return _make_page(store, found, request)


def _make_searches(
    words: tuple[str, ...], status: CustomerStatus | None, position: str | None
) -> list[Search]:
    """Makes a search for each word whose entries may be read, the longest word first.

    A position is that of an entry, so it starts with the word whose entries the page before read. Then only
    words that it starts with remain.
    """
    leads = [word for word in words if position is None or position.startswith(word)]
    if not leads:
        raise InvalidCursorError
    leads = sorted(leads, key=len, reverse=True)[:MAX_LEADS]
    return [Search(lead, tuple(word for word in words if word != lead), status) for lead in leads]


def _collect_matches(index: SearchIndex, searches: list[Search], request: PageRequest) -> SearchPage:
    """Reads until there are matches for the page and one more, the entries end, or MAX_QUERIES is reached."""
    wanted = request.skipped + request.size + 1
    limit = max(FIRST_QUERY_ENTRIES, wanted) if searches[0].other_words else wanted
    search, found = _choose_search(index, searches, request, limit)
    for _ in range(MAX_QUERIES):
        if found.resume_after is None or len(found.matches) >= wanted:
            break
        page = index.find_matches(search, after=found.resume_after, forward=not request.backward, limit=limit)
        found = SearchPage(found.matches + page.matches, page.resume_after)
    return found


def _choose_search(
    index: SearchIndex, searches: list[Search], request: PageRequest, limit: int
) -> tuple[Search, SearchPage]:
    """The first search whose entries one Query reads to their end, else the search of the longest word."""
    started = []
    for search in searches:
        page = index.find_matches(search, after=request.position, forward=not request.backward, limit=limit)
        if page.resume_after is None:
            return search, page
        started.append((search, page))
    return started[0]


def _make_page(store: CustomerStore, found: SearchPage, request: PageRequest) -> Page[Customer]:
    end = request.skipped + request.size
    matches = found.matches[request.skipped : end]
    left_over = len(found.matches) > end
    onward = matches[-1].position if left_over else found.resume_after
    back = matches[0].position if matches and (request.position or request.skipped) else None
    if request.backward:
        matches, onward, back = matches[::-1], (matches[0].position if matches else None), onward
    customers = store.get_many([match.customer_id for match in matches])
    exact = onward is None and not request.position
    return Page(
        rows=[customers[match.customer_id] for match in matches],
        next=onward,
        previous=back,
        count=min(len(found.matches), end + 1),
        count_is_exact=exact,
    )
