"""GET /api/v1/subscriptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parity.core.paging import PageRequest
from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.subscriptions.service import listing as subscription_listing
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.answers import expect, refusal, walk_pages, wrong_fields
from tests.support.builders.customers import create_customer
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    create_subscription,
    get_subscription,
    list_subscription_ids,
    make_request,
    post_to_subscription,
    subscribe_at,
    subscription_ids_on,
)
from tests.support.fakes.functions import call, invoke
from tests.support.fakes.gateway import make_rest_event

pytestmark = pytest.mark.usefixtures("sold_to_acme")

LATEST = datetime(2026, 3, 2, 9, 15, 4, 120450, UTC)
IMMEDIATE = {"cancellation_type": "IMMEDIATE"}


def subscribe_in_many_months(count: int = 12) -> list[str]:
    """Subscribes two customers in three months with an empty one between; returns the ids, newest first."""
    create_customer("Other")
    made = []
    for number in range(count):
        moment = LATEST - timedelta(days=[0, 40, 120][number % 3], seconds=number)
        customer_id = ("acme", "other")[number % 2]
        made.append((moment, subscribe_at(moment, customer_id=customer_id)))
    return [each for _, each in sorted(made, reverse=True)]


def get_count(query: str) -> tuple[int, bool]:
    body = expect(call("subscriptions/list", query=query), 200)
    return body["count"], body["countIsExact"]


def test_an_empty_list_is_a_page_without_results() -> None:
    empty: dict[str, Any] = {"count": 0, "countIsExact": True, "next": None, "previous": None, "results": []}
    for query in ("", "page=1", "customer_id=acme", "customer_id=nobody", "status=superseded,active"):
        assert expect(call("subscriptions/list", query=query), 200) == empty, query


def test_a_row_equals_the_subscription_as_it_is_read() -> None:
    body = create_subscription()
    for query in ("", "customer_id=acme"):
        assert expect(call("subscriptions/list", query=query), 200)["results"] == [body]


def test_following_the_links_gives_every_subscription_once_there_and_back() -> None:
    newest_first = subscribe_in_many_months()
    of_acme = [each for each in newest_first if get_subscription(each)["customerId"] == "acme"]
    for (query, expected), size in product(
        {"": newest_first, "customer_id=acme": of_acme}.items(), (1, 5, 12)
    ):
        forth = list(walk_pages("subscriptions/list", f"{query}&page_size={size}"))
        assert [row for page in forth for row in subscription_ids_on(page)] == expected
        back = (
            list(walk_pages("subscriptions/list", urlsplit(forth[-2].body["next"]).query, "previous"))
            if len(forth) > 1
            else forth
        )
        assert [subscription_ids_on(page) for page in reversed(back)] == [
            subscription_ids_on(page) for page in forth
        ]


def test_a_page_by_number_is_that_slice_of_the_list() -> None:
    newest_first = subscribe_in_many_months()
    for number in (1, 2, 3):
        assert (
            list_subscription_ids(f"page={number}&page_size=5") == newest_first[(number - 1) * 5 : number * 5]
        )
    for query in ("page=4&page_size=5", "page=2&customer_id=acme", "page=2&customer_id=nobody"):
        assert refusal(call("subscriptions/list", query=query)) == (404, "page_not_found"), query
    assert wrong_fields(call("subscriptions/list", query="page=1002")) == {"page": 1}


def test_the_count_is_exact_for_one_customer_and_a_lower_bound_otherwise() -> None:
    subscribe_in_many_months()
    assert get_count("customer_id=acme&page_size=2") == (6, True)
    assert get_count("page_size=5") == (6, False)
    assert get_count("page_size=5&page=2") == (11, False)
    assert get_count("page_size=5&page=3") == (12, True)
    assert get_count("page_size=12") == (12, True)


def test_without_a_status_only_live_subscriptions_are_listed() -> None:
    live = [
        create_subscription(),
        create_subscription(start_date=to_iso(FUTURE)),
        create_subscription(trial_end=to_iso(FUTURE)),
        create_subscription(payment_behavior="activate_on_payment"),
        create_subscription(),
    ]
    post_to_subscription("pay", live[-1]["id"], {"outcome": "FAILED"})
    ended = create_subscription()
    post_to_subscription("cancel", ended["id"], IMMEDIATE)
    post_to_subscription("update", live[0]["id"], make_request("team"))
    expected = [body["id"] for body in reversed(live)]
    for query in ("", "customer_id=acme"):
        assert list_subscription_ids(query) == expected
    (record,) = list_subscription_ids("status=superseded")
    for statuses, wanted in {
        "active": [live[0]["id"]],
        "scheduled,%20trialing": [live[2]["id"], live[1]["id"]],
        "incomplete,past_due,": [live[4]["id"], live[3]["id"]],
        "canceled": [ended["id"]],
        "canceled,superseded,active": [ended["id"], live[0]["id"], record],
        "incomplete_expired": [],
    }.items():
        for customer in ("", "&customer_id=acme"):
            assert sorted(list_subscription_ids(f"status={statuses}{customer}")) == sorted(wanted), statuses


def test_an_overdue_subscription_is_left_out_even_before_the_scheduler_ran() -> None:
    subscription_id = subscribe_at(LATEST)
    store = subscription_store()
    body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": f"{FUTURE:%Y-%m-%d}"}
    post_to_subscription("cancel", subscription_id, body)
    later = FUTURE.replace(hour=0, minute=0, second=0)
    for customer_id in (None, "acme"):
        wanted = subscription_listing.SubscriptionFilter(customer_id=customer_id)
        request = PageRequest(10)
        rows = [
            subscription_listing.list_subscriptions(store, wanted, request, moment).rows
            for moment in (later - timedelta(seconds=1), later)
        ]
        assert [len(each) for each in rows] == [1, 0]
    assert list_subscription_ids("status=active") == [subscription_id]
    advance_subscription(subscription_id, later)
    assert list_subscription_ids("status=canceled") == [subscription_id]


def test_a_range_of_dates_is_inclusive() -> None:
    day = {number: LATEST - timedelta(days=number) for number in range(4)}
    made = {number: subscribe_at(moment) for number, moment in day.items()}
    for query, numbers in {
        f"start_date_after={day[1]:%Y-%m-%d}": [0, 1],
        f"start_date_before={day[1]:%Y-%m-%d}": [1, 2, 3],
        f"start_date_after={day[2]:%Y-%m-%d}&start_date_before={day[2]:%Y-%m-%d}": [2],
        f"start_date_after={to_iso(day[1])}&start_date_before={to_iso(day[0])}": [0, 1],
        f"modified_on_after={day[0]:%Y-%m-%d}": [0],
        f"modified_on_before={day[3]:%Y-%m-%dT%H:%M:%S}.120450": [3],
        f"modified_on_before={day[3]:%Y-%m-%dT%H:%M:%S}": [],
        "start_date_before=2499-12-31&modified_on_after=1970-01-01": [0, 1, 2, 3],
    }.items():
        for customer in ("", "&customer_id=acme"):
            assert list_subscription_ids(query + customer) == [made[number] for number in numbers], query


def test_modified_is_the_time_of_the_last_change() -> None:
    subscription_id = subscribe_at(LATEST)
    assert list_subscription_ids(f"modified_on_after={now():%Y-%m-%d}") == []
    post_to_subscription("pay", subscription_id, {"outcome": "FAILED"})
    assert list_subscription_ids(f"modified_on_after={now():%Y-%m-%d}") == [subscription_id]


def test_links_repeat_the_query_and_a_cursor_belongs_to_it() -> None:
    subscribe_in_many_months(4)
    query = "status=active&start_date_after=2020-01-01&page_size=1"
    link = urlsplit(expect(call("subscriptions/list", query=query), 200)["next"])
    assert link._replace(query="").geturl() == "https://api.example.com/dev/api/v1/subscriptions"
    asked = parse_qs(link.query)
    (cursor,) = asked.pop("cursor")
    assert asked == {"status": ["active"], "start_date_after": ["2020-01-01"], "page_size": ["1"]}
    for other in ("", "status=trialing", "customer_id=acme", "status=active"):
        refused = call("subscriptions/list", query=f"{other}&cursor={cursor}")
        assert refusal(refused) == (400, "invalid_cursor")


def test_a_page_that_would_read_too_much_is_short_and_has_a_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newest_first = subscribe_in_many_months()
    for subscription_id in (newest_first[7], newest_first[9]):
        post_to_subscription("pay", subscription_id, {"outcome": "FAILED"})
    monkeypatch.setattr("parity.dynamodb.listing_pages.MAX_ROWS_READ", 3)
    forth = list(walk_pages("subscriptions/list", "status=past_due&page_size=5"))
    found = [subscription_ids_on(page) for page in forth]
    assert found == [[], [], [newest_first[7]], [newest_first[9]]]
    assert [page.body["countIsExact"] for page in forth] == [False] * 4
    back = list(walk_pages("subscriptions/list", urlsplit(forth[-1].body["previous"]).query, "previous"))
    assert [row for page in back for row in subscription_ids_on(page)] == [newest_first[7]]


def test_a_page_costs_the_same_at_any_depth(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe_in_many_months()
    for each in list_subscription_ids("customer_id=other&page_size=100"):
        post_to_subscription("cancel", each, IMMEDIATE)
    read: list[int] = []
    query = parity_table.client.query

    def counted(**request: object) -> object:
        result = query(**request)  # type: ignore[arg-type]
        read.append(len(result["Items"]))
        return result

    monkeypatch.setattr(parity_table.client, "query", counted)
    costs = []
    for page in walk_pages("subscriptions/list", "page_size=2"):
        costs.append(sum(read))
        read.clear()
        assert len(subscription_ids_on(page)) <= 2
    months, rows = 3, 3
    assert len(costs) == 3
    assert max(costs) <= months + rows + 1


def test_wrong_parameters_are_named() -> None:
    wrong = {
        "customer_id=a%2Fb": "customer_id",
        f"customer_id={'c' * 5000}": "customer_id",
        "start_date_after=soon": "start_date_after",
        "start_date_before=2026-13-01": "start_date_before",
        "modified_on_after=5": "modified_on_after",
        "modified_on_before=0001-01-01T00:00:00%2B14:00": "modified_on_before",
        "page_size=0": "page_size",
        "page=1&cursor=x": "page",
    }
    for query, name in wrong.items():
        assert wrong_fields(call("subscriptions/list", query=query)).keys() == {name}, query
    for query in ("status=gone", "status=active,ACTIVE"):
        (error,) = call("subscriptions/list", query=query).body["errors"]
        assert error["parameter"] == "status"


def test_the_path_may_end_in_a_slash() -> None:
    body = create_subscription()
    event = make_rest_event("GET", "/api/v1/subscriptions") | {"path": "/api/v1/subscriptions/"}
    assert subscription_ids_on(invoke("subscriptions/list", event)) == [body["id"]]
