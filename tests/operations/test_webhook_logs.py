"""GET /api/v1/webhook/logs."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from parity.webhooks.rules.deliveries import Attempt, Outcome, new_delivery, record_attempt
from parity.webhooks.rules.events import read_event
from parity.webhooks.store.deliveries import delivery_store
from tests.support.answers import expect, refusal, walk_pages, wrong_fields
from tests.support.builders.webhooks import create_endpoint, list_log, make_event, set_webhook_clocks
from tests.support.fakes.functions import call

NOW = now().replace(month=3, day=1, hour=12)
"""Thirty days before are in three months."""

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    set_webhook_clocks(monkeypatch, NOW)


def store_delivery(
    endpoint_id: str,
    created_on: datetime,
    type_: str = "customer.created",
    status: int = 200,
    sent_on: datetime | None = None,
) -> str:
    """Returns the id of the event."""
    event = read_event(make_event(type_, created_on))
    attempt = Attempt(sent_on or created_on, Outcome(status=status))
    delivery = record_attempt(new_delivery(event, endpoint_id), attempt, by_itself=True)
    delivery_store().save(delivery)
    return event.id


def ids(query: str = "") -> list[str]:
    return [row["eventId"] for row in list_log(query)]


@pytest.fixture
def endpoints(parity_table: Table) -> tuple[str, str]:
    return create_endpoint()["id"], create_endpoint()["id"]


def test_deliveries_of_all_endpoints_are_listed_newest_first_over_months(endpoints: tuple[str, str]) -> None:
    moments = [NOW - age * DAY for age in (0, 0.5, 1, 2, 20, 29.9)]
    stored = [store_delivery(endpoints[number % 2], moment) for number, moment in enumerate(moments)]
    assert ids("page_size=100") == stored
    assert ids(f"endpoint={endpoints[0]}") == stored[::2]
    assert ids(f"endpoint={endpoints[1]}") == stored[1::2]
    pages = list(walk_pages("webhook_logs/list", "page_size=2"))
    assert [row["eventId"] for page in pages for row in page.body["results"]] == stored
    assert len(pages) == 3
    assert ids("page=2&page_size=2") == stored[2:4]


def test_pages_go_back_as_they_came(endpoints: tuple[str, str]) -> None:
    for age in range(5):
        store_delivery(endpoints[0], NOW - age * DAY)
    forth = list(walk_pages("webhook_logs/list", "page_size=2"))
    link = forth[-1].body["previous"]
    back = list(walk_pages("webhook_logs/list", link.partition("?")[2], "previous"))
    assert [page.body["results"] for page in back] == [page.body["results"] for page in forth[-2::-1]]


def test_two_endpoints_that_got_the_same_event_are_both_listed(endpoints: tuple[str, str]) -> None:
    event = read_event(make_event(created_on=NOW))
    for endpoint_id in endpoints:
        delivery = new_delivery(event, endpoint_id)
        delivery_store().save(record_attempt(delivery, Attempt(NOW, Outcome(status=200)), by_itself=True))
    pages = list(walk_pages("webhook_logs/list", "page_size=1"))
    assert [page.body["results"][0]["eventId"] for page in pages] == [event.id] * 2
    assert {page.body["results"][0]["endpoint"] for page in pages} == set(endpoints)


def test_filters_are_about_the_type_the_outcome_and_the_last_attempt(endpoints: tuple[str, str]) -> None:
    endpoint_id, _ = endpoints
    created = store_delivery(endpoint_id, NOW - DAY)
    failed = store_delivery(endpoint_id, NOW - 2 * DAY, "subscription.created", 500)
    late = store_delivery(endpoint_id, NOW - 3 * DAY, status=404, sent_on=NOW)
    assert ids("event_type=customer.created") == [created, late]
    assert ids("eventType=subscription.created") == [failed]
    assert ids("eventType=webhook.test") == []
    assert ids("is_success=true") == [created]
    assert ids("isSuccess=false") == [failed, late]
    assert ids(f"start_date={NOW:%Y-%m-%d}") == [late]
    assert ids(f"end_date={NOW - DAY:%Y-%m-%d}") == [created, failed]
    start = to_iso(NOW - 2 * DAY)
    assert ids(f"start_date={start}&end_date={start}") == [failed]
    assert ids("endpoint=we_0000000000000000") == []


def test_a_page_of_what_is_rare_may_be_short_and_goes_on(
    endpoints: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parity.dynamodb.listing_pages.MAX_ROWS_READ", 3)
    number = count()
    stored = [
        store_delivery(endpoints[0], NOW - next(number) * DAY, status=status)
        for status in (200, 200, 200, 500, 200)
    ]
    first, *rest = walk_pages("webhook_logs/list", "is_success=false&page_size=2")
    assert (first.body["results"], first.body["countIsExact"]) == ([], False)
    assert [row["eventId"] for page in rest for row in page.body["results"]] == [stored[3]]


def test_wrong_parameters_are_named() -> None:
    for query, name in [
        ("event_type=customer.deleted", "eventType"),
        ("is_success=yes", "isSuccess"),
        ("start_date=yesterday", "startDate"),
        ("page=0", "page"),
        ("customer_id=acme", "customer_id"),
    ]:
        reply = call("webhook_logs/list", query=query)
        assert {to_camel(name) for name in wrong_fields(reply)} == {to_camel(name)}, query
    assert wrong_fields(call("webhook_logs/list", query="page=10000")) == {"page": 1}


def to_camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def test_a_page_behind_the_end_is_not_found(endpoints: tuple[str, str]) -> None:
    store_delivery(endpoints[0], NOW)
    assert refusal(call("webhook_logs/list", query="page=2")) == (404, "page_not_found")
    assert expect(call("webhook_logs/list", query="page=1"), 200)["count"] == 1
