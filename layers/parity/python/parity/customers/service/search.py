"""Searching customers by words of their name, email or identifier (docs/decisions/0001 and 0066).

What the search index finds is verified against the customers, because its entries may be out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidCursorError, InvalidFieldsError, PageNotFoundError
from parity.core.paging import Page
from parity.customers.rules.search_words import query_words, searchable_beginning
from parity.customers.service.listing import list_customers
from parity.customers.store.search_index import Search, SearchPage

if TYPE_CHECKING:
    from parity.core.paging import PageRequest
    from parity.customers.rules.customers import Customer, CustomerStatus
    from parity.customers.store.customers import CustomerStore
    from parity.customers.store.search_index import SearchIndex, SearchMatch

FIRST_QUERY_ENTRIES = 100
"""How many entries the first Query reads for each word of several, to find a word with few matches."""

MAX_LEADS = 5
MAX_QUERIES = 10
"""How many more Queries a page may take. Then the page is short and has a link to continue."""


def find_customers(
    store: CustomerStore,
    index: SearchIndex,
    text: str,
    status: CustomerStatus | None,
    request: PageRequest,
) -> Page[Customer]:
    """One page of a search, or without a text of the list."""
    if text:
        return search_customers(store, index, text, status, request)
    return list_customers(store, status, request)


def search_customers(
    store: CustomerStore, index: SearchIndex, text: str, status: CustomerStatus | None, request: PageRequest
) -> Page[Customer]:
    """Customers that match every word, in the order of the tokens that matched.

    `count` is the number of matches read so far. A page may be short, even empty, and still have a `next`.
    Raises InvalidFieldsError if no word is long enough, PageNotFoundError, InvalidCursorError.
    """
    searches = _make_searches(_read_words(text), status, request.position)
    search, found = _collect_matches(index, searches, request)
    if request.skipped and len(found.matches) <= request.skipped:
        raise PageNotFoundError(request.number)
    return _make_page(store, search, found, request)


def _read_words(text: str) -> tuple[str, ...]:
    words = query_words(text)
    if not any(map(searchable_beginning, words)):
        detail = "must have a word of at least two characters, or a Chinese character."
        raise InvalidFieldsError(FieldProblem("search", detail, in_query=True))
    return words


def _make_searches(
    words: tuple[str, ...], status: CustomerStatus | None, position: str | None
) -> list[Search]:
    """Makes a search for each word whose entries may be read, the longest word first.

    A word that is too short has none. A position is that of an entry, so it starts with the word whose
    entries the page before read. Then only words that it starts with remain.
    """
    leads = [
        word
        for word in words
        if searchable_beginning(word) and (position is None or position.startswith(word))
    ]
    if not leads:
        raise InvalidCursorError
    leads = sorted(leads, key=len, reverse=True)[:MAX_LEADS]
    return [Search(lead, tuple(word for word in words if word != lead), status) for lead in leads]


def _collect_matches(
    index: SearchIndex, searches: list[Search], request: PageRequest
) -> tuple[Search, SearchPage]:
    """Reads until there are matches for the page and one more, the entries end, or MAX_QUERIES is reached."""
    wanted = request.skipped + request.size + 1
    limit = max(FIRST_QUERY_ENTRIES, wanted) if searches[0].other_words else wanted
    search, found = _choose_search(index, searches, request, limit)
    for _ in range(MAX_QUERIES):
        if found.resume_after is None or len(found.matches) >= wanted:
            break
        page = index.find_matches(search, after=found.resume_after, forward=not request.backward, limit=limit)
        found = SearchPage(found.matches + page.matches, page.resume_after)
    return search, found


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


def _make_page(
    store: CustomerStore, search: Search, found: SearchPage, request: PageRequest
) -> Page[Customer]:
    end = request.skipped + request.size
    matches = found.matches[request.skipped : end]
    left_over = len(found.matches) > end
    onward = matches[-1].position if left_over else found.resume_after
    back = matches[0].position if matches and (request.position or request.skipped) else None
    if request.backward:
        matches, onward, back = matches[::-1], (matches[0].position if matches else None), onward
    rows = _read_verified(store, search, matches)
    return Page(
        rows=rows,
        next=onward,
        previous=back,
        count=min(len(found.matches), end + 1) - len(matches) + len(rows),
        count_is_exact=onward is None and not request.position,
    )


def _read_verified(store: CustomerStore, search: Search, matches: list[SearchMatch]) -> list[Customer]:
    """The customers of those matches that are still right."""
    positions = {match.customer_id: match.position for match in matches}

    def is_match(customer: Customer) -> bool:
        return search.position_of(customer) == positions[customer.customer_id]

    customers = store.get_many(positions, is_match)
    found = [customers[match.customer_id] for match in matches]
    return [customer for customer in found if is_match(customer)]
