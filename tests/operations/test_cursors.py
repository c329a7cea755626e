"""Cursors of every list: one that the list itself did not give is refused, whatever its position."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from parity.http.paging import decode_cursor, encode_cursor
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature, create_plan, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.moments import MOMENT
from tests.support.builders.subscriptions import create_subscription
from tests.support.builders.usage_alerts import store_alert
from tests.support.fakes.functions import ROUTES, call

SEARCHES = {
    "customers/list": {"status": "active"},
    "features/list": {"status": "active"},
    "plans/list": {"status": "active"},
    "subscriptions/list": {"status": "active"},
    "alerts/list": {"feature_id": "acme"},
    "alerts/list customer": {"customer_id": "acme"},
    "customers/list sorted": {"status": "active", "sort": "createdOn"},
    "customers/list search": {"search": "acme", "status": "active"},
    "subscriptions/list customer": {"customer_id": "acme", "status": "active"},
}
"""Each list with filters, which a cursor belongs to."""


def scope_of(search: str) -> str:
    return f"{ROUTES[search.split(maxsplit=1)[0]][1]}?{urlencode(SEARCHES[search])}"


def send_cursor(search: str, cursor: str) -> tuple[int, str]:
    query = urlencode({**SEARCHES[search], "cursor": cursor})
    return refusal(call(search.split(maxsplit=1)[0], query=query))


@pytest.fixture
def store_items() -> None:
    """Two entries of each list, so that a page of one has a next one."""
    sell_plan("pro", gives=())
    create_plan("Team")
    for name in ("Acme", "Acme Two"):
        create_customer(name)
        create_feature(name)
        create_subscription(customer_id=name.lower().replace(" ", "-"))
        store_alert(MOMENT, feature="acme")
    create_subscription()


def first_cursor(search: str) -> str:
    query = urlencode({**SEARCHES[search], "page_size": 1})
    link: str = expect(call(search.split(maxsplit=1)[0], query=query), 200)["next"]
    return parse_qs(urlsplit(link).query)["cursor"][0]


@pytest.mark.usefixtures("store_items")
def test_a_cursor_of_any_other_list_is_refused() -> None:
    cursors = {search: first_cursor(search) for search in SEARCHES}
    for search, cursor in cursors.items():
        assert decode_cursor(cursor, scope_of(search))[1]
        for other in cursors.keys() - {search}:
            assert send_cursor(other, cursor) == (400, "invalid_cursor"), (search, other)


@pytest.mark.usefixtures("store_items")
@pytest.mark.parametrize("search", SEARCHES)
def test_a_cursor_that_was_changed_or_has_no_position_is_refused(search: str) -> None:
    cursor, scope = first_cursor(search), scope_of(search)
    made = [encode_cursor(direction, "", scope) for direction in ("", "<", ">")]
    made += [encode_cursor(">", "acme" + "x" * 1021, scope), encode_cursor("?", "acme", scope)]
    for wrong in (
        *made,
        cursor[:-1],
        cursor[:-1] + "!",
        cursor[1:],
        cursor + "A",
        cursor + "\x00",
        "é",
        "🎉",
    ):
        assert send_cursor(search, wrong) == (400, "invalid_cursor"), wrong


@pytest.mark.usefixtures("store_items")
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("direction", ["<", ">"])
@pytest.mark.parametrize(
    "position", ["x", "\x00", "acme", "acme\x00", "9999-99", "\U0010ffff" * 256, "-", "#"]
)
def test_a_made_position_is_a_page_or_refused(position: str, direction: str, search: str) -> None:
    cursor = encode_cursor(direction, position, scope_of(search))
    query = urlencode({**SEARCHES[search], "cursor": cursor})
    assert call(search.split(maxsplit=1)[0], query=query).status in {200, 400}
