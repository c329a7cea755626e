"""GET /api/v1/customers: listing, newest or oldest first. Searching is in test_customers_search.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from parity.customers.store import keys as customer_keys
from parity.dynamodb import keys
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, walk_pages, wrong_fields
from tests.support.builders.customers import (
    CREATED_ON,
    archive_customer,
    create_customer,
    customer_ids_on,
    list_customer_ids,
    store_customer,
)
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import call, invoke
from tests.support.fakes.gateway import make_rest_event


def make_moment(number: int) -> datetime:
    """A moment in one of four months with empty ones between them. The 25th is alone in its month."""
    return CREATED_ON - timedelta(
        days=[0, 40, 41, 150][number % 4] + (200 if number == 24 else 0), seconds=number
    )


def store_customers(count: int) -> list[str]:
    """Creates customers in several months; their identifiers in the order of the list."""
    customers = [
        store_customer(f"Customer {number}", created_on=make_moment(number)) for number in range(count)
    ]
    customers.sort(key=lambda customer: customer.created_on, reverse=True)
    return [customer.customer_id for customer in customers]


def test_an_empty_list_is_a_page_without_results() -> None:
    for query in ("", "status=all", "page=1", "search=acme"):
        body = expect(call("customers/list", query=query), 200)
        assert body == {"count": 0, "countIsExact": True, "next": None, "previous": None, "results": []}, (
            query
        )


def test_a_row_equals_the_customer_as_it_is_read() -> None:
    body = create_customer("Acme", email="a@x.example", metadata={"a": 1})
    assert expect(call("customers/list"), 200)["results"] == [body]


def test_following_the_links_gives_every_customer_once_there_and_back() -> None:
    expected = store_customers(25)
    for size in (1, 7, 24, 25, 100):
        forth = list(walk_pages("customers/list", f"page_size={size}"))
        assert [row for page in forth for row in customer_ids_on(page)] == expected
        assert {page.body["count"] for page in forth} == {25}
        last = urlsplit(forth[-2].body["next"]).query if len(forth) > 1 else f"page_size={size}"
        back = list(walk_pages("customers/list", last, "previous"))
        assert [customer_ids_on(page) for page in reversed(back)] == [customer_ids_on(page) for page in forth]


def test_a_page_by_number_is_that_slice_of_the_list() -> None:
    expected = store_customers(11)
    for number in range(1, 4):
        assert list_customer_ids(f"page={number}&page_size=4") == expected[(number - 1) * 4 : number * 4]
    assert list_customer_ids("page=1") == list_customer_ids() == expected[:10]


@pytest.mark.parametrize("status", ["active", "archived", "all"])
def test_oldest_first_is_the_same_list_turned_round(status: str) -> None:
    for identifier in store_customers(25)[::3]:
        archive_customer(identifier)
    newest_first = list_customer_ids(f"status={status}&page_size=100")
    assert list_customer_ids(f"status={status}&page_size=100&sort=-createdOn") == newest_first
    for size in (1, 4, len(newest_first)):
        query = f"status={status}&sort=createdOn&page_size={size}"
        forth = list(walk_pages("customers/list", query))
        assert [row for page in forth for row in customer_ids_on(page)] == newest_first[::-1]
        assert {page.body["count"] for page in forth} == {len(newest_first)}
        assert forth[0].body["previous"] is None
        if len(forth) > 1:
            link = urlsplit(forth[-1].body["previous"]).query
            back = list(walk_pages("customers/list", link, "previous"))
            pages = [customer_ids_on(page) for page in forth[:-1]]
            assert [customer_ids_on(page) for page in reversed(back)] == pages
    assert list_customer_ids(f"status={status}&sort=createdOn&page=2&page_size=3") == newest_first[-4:-7:-1]


def test_a_customer_who_comes_while_oldest_first_is_paged_is_on_the_last_page() -> None:
    newest_first = store_customers(5)
    first = expect(call("customers/list", query="sort=createdOn&page_size=3"), 200)
    store_customer("Newest", created_on=CREATED_ON + timedelta(days=1))
    assert list_customer_ids(urlsplit(first["next"]).query) == [*newest_first[1::-1], "newest"]


@pytest.mark.parametrize("order", ["createdOn", "-createdOn"])
def test_a_page_costs_the_same_in_both_orders_at_any_depth(order: str, parity_table: Table) -> None:
    for second in range(12):
        store_customer(f"Customer {second}", created_on=CREATED_ON + timedelta(seconds=second))
    pages = list(walk_pages("customers/list", f"page_size=2&sort={order}"))
    for page in pages[:-2]:
        with record_requests(parity_table.client) as requests:
            call("customers/list", query=urlsplit(page.body["next"]).query)
        limits = [(name, request.get("Limit")) for name, request in requests]
        assert limits[: customer_keys.COUNT_PARTITIONS] == [("Query", None)] * customer_keys.COUNT_PARTITIONS
        rows = limits[customer_keys.COUNT_PARTITIONS :]
        assert set(rows) == {("Query", 2)}
        assert keys.LISTING_PARTITIONS <= len(rows) <= keys.LISTING_PARTITIONS + 3  # a row too few in some


@pytest.mark.parametrize(
    "order", ["name", "-name", "+createdOn", "createdon", "created_on", "modifiedOn", "x" * 500]
)
def test_an_order_without_an_index_is_refused_and_the_others_are_named(order: str) -> None:
    reply = call("customers/list", query=urlencode({"sort": order}))
    assert wrong_fields(reply) == {"sort": 1}
    assert reply.body["sort"] == [
        "must be createdOn or -createdOn: customers are sorted by their creation only."
    ]


def test_a_search_has_an_order_of_its_own() -> None:
    for order in ("createdOn", "-createdOn"):
        reply = call("customers/list", query=f"search=acme&sort={order}")
        assert wrong_fields(reply) == {"sort": 1}


def test_a_cursor_belongs_to_its_order() -> None:
    store_customers(3)
    link = urlsplit(call("customers/list", query="page_size=1&sort=createdOn").body["next"])
    cursor = parse_qs(link.query)["cursor"][0]
    for query in ("", "&sort=-createdOn"):
        reply = call("customers/list", query=f"cursor={cursor}{query}")
        assert refusal(reply) == (400, "invalid_cursor")


def test_links_lead_on_from_a_page_by_number() -> None:
    expected = store_customers(8)
    page = expect(call("customers/list", query="page=2&page_size=3"), 200)
    assert list_customer_ids(urlsplit(page["next"]).query) == expected[6:]
    assert list_customer_ids(urlsplit(page["previous"]).query) == expected[:3]


def test_customers_created_while_paging_do_not_shift_the_pages() -> None:
    expected = store_customers(5)
    first = expect(call("customers/list", query="page_size=2"), 200)
    store_customer("Newest", created_on=CREATED_ON + timedelta(days=1))
    assert list_customer_ids(urlsplit(first["next"]).query) == expected[2:4]


def test_links_are_absolute_with_the_stage_and_repeat_the_query() -> None:
    for number in range(3):
        archive_customer(create_customer(f"Acme {number}")["customerId"])
    query = "search=acme&status=archived&page_size=1"
    link = urlsplit(expect(call("customers/list", query=query), 200)["next"])
    assert link._replace(query="").geturl() == "https://api.example.com/dev/api/v1/customers"
    asked = parse_qs(link.query)
    assert asked.pop("cursor")
    assert asked == {"search": ["acme"], "status": ["archived"], "page_size": ["1"]}


def test_a_page_size_of_more_than_100_gives_100() -> None:
    create_customer("Acme")
    create_customer("Zeta")
    link = next(walk_pages("customers/list", "page_size=1")).body["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]
    assert list_customer_ids("page_size=100000") == ["zeta", "acme"]
    assert list_customer_ids(f"page_size=100000&cursor={cursor}&status=active") == ["acme"]
    previous = expect(call("customers/list", query=f"page_size=100000&cursor={cursor}"), 200)["previous"]
    assert parse_qs(urlsplit(previous).query)["page_size"] == ["100"]


def test_active_archived_or_all_are_listed_and_counted() -> None:
    everyone = store_customers(10)
    gone = everyone[1:9:3]
    for identifier in gone:
        archive_customer(identifier)
    left = [identifier for identifier in everyone if identifier not in gone]
    for query, expected in {
        "": left,
        "status=active": left,
        "status=archived": gone,
        "status=all": everyone,
    }.items():
        forth = list(walk_pages("customers/list", f"{query}&page_size=2"))
        back = list(walk_pages("customers/list", urlsplit(forth[-2].body["next"]).query, "previous"))
        assert [row for page in forth for row in customer_ids_on(page)] == expected, query
        assert [row for page in reversed(back) for row in customer_ids_on(page)] == expected, query
        assert {page.body["count"] for page in forth + back} == {len(expected)}, query


def test_counts_are_exact_after_every_change() -> None:
    def counts() -> tuple[int, ...]:
        asked = ("active", "archived", "all")
        return tuple(expect(call("customers/list", query=f"status={s}"), 200)["count"] for s in asked)

    create_customer("Acme")
    create_customer("Zeta")
    call("customers/create", body={"name": "Again", "customerId": "acme"})
    assert counts() == (2, 0, 2)
    archive_customer("acme")
    archive_customer("acme")
    assert counts() == (1, 1, 2)
    for _ in range(2):
        call("customers/unarchive", parameters={"customerId": "acme"})
    call("customers/update", parameters={"customerId": "acme"}, body={"name": "Eta"})
    assert counts() == (2, 0, 2)


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=abc", "page=1.5", "page=", "page=1000001", f"page={'9' * 5000}", "page=%00"],
)
def test_a_wrong_page_is_named(query: str) -> None:
    assert wrong_fields(call("customers/list", query=query)) == {"page": 1}


def test_other_wrong_parameters_are_named_as_parameters() -> None:
    create_customer("Acme")
    wrong = {
        "page_size=0": "page_size",
        "page_size=-5": "page_size",
        "page_size=abc": "page_size",
        f"search={'a' * 256}": "search",
        "status=gone": "status",
        "page=1&cursor=abc": "page",
    }
    named = {query: call("customers/list", query=query) for query in wrong}
    assert {query: refusal(reply) for query, reply in named.items()} == dict.fromkeys(
        wrong, (400, "invalid_request")
    )
    assert {query: reply.body["errors"][0].get("parameter") for query, reply in named.items()} == wrong


def test_a_page_beyond_the_end_is_not_found() -> None:
    create_customer("Acme")
    for query in (
        "page=2",
        "page=11&page_size=1",
        "page=1000000",
        "page=2&search=acme",
        "page=2&status=archived",
    ):
        assert refusal(call("customers/list", query=query)) == (404, "page_not_found"), query


def test_a_cursor_of_another_list_is_refused() -> None:
    create_customer("Acme")
    create_customer("Acme Two")
    link = urlsplit(next(walk_pages("customers/list", "page_size=1")).body["next"]).query
    cursor = parse_qs(link)["cursor"][0]
    assert list_customer_ids(link) == ["acme"]
    tampered = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for query in (
        f"cursor={tampered}",
        f"cursor={cursor[:-1]}",
        f"cursor={cursor}&status=all",
        f"cursor={cursor}&search=acme",
        f"cursor={cursor}%00",
    ):
        assert refusal(call("customers/list", query=query)) == (400, "invalid_cursor"), query


def test_the_path_may_end_in_a_slash() -> None:
    create_customer("Acme")
    event = make_rest_event("GET", "/api/v1/customers", query="page_size=1")
    event |= {"resource": "/api/v1/customers/", "path": "/api/v1/customers/"}
    assert customer_ids_on(invoke("customers/list", event)) == ["acme"]
