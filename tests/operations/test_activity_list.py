"""GET /api/v1/customers/{customerId}/activity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from parity.activity.store.entries import entry_store
from parity.core.times import from_iso, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.activity import list_activity, list_kinds, scan_entries, send_activity
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.moments import TICK
from tests.support.fakes.clients import record_requests
from tests.support.fakes.event_sources import ChangeStream
from tests.support.fakes.functions import call

RENAMES = 7


@pytest.fixture(autouse=True)
def activity_of_two(parity_table: Table) -> None:
    """`acme` was created, renamed seven times and archived; `beta` was created."""
    changes = ChangeStream(parity_table)
    create_customer("Acme")
    create_customer("Beta")
    for number in range(RENAMES):
        body = {"name": f"Acme {number}"}
        expect(call("customers/update", parameters={"customerId": "acme"}, body=body), 200)
    archive_customer("acme")
    changes.deliver()


def follow(link: str, customer_id: str = "acme") -> dict[str, Any]:
    return expect(send_activity(urlsplit(link).query, customer_id), 200)


def ids_on(page: dict[str, Any]) -> list[str]:
    return [entry["id"] for entry in page["results"]]


def test_the_newest_is_first_and_other_customers_are_left_out() -> None:
    page = expect(send_activity(), 200)
    times = [entry["occurredOn"] for entry in page["results"]]
    assert times == sorted(times, reverse=True)
    assert {entry["customerId"] for entry in page["results"]} == {"acme"}
    assert (page["count"], page["countIsExact"], page["next"], page["previous"]) == (9, True, None, None)
    assert list_kinds(customer_id="beta") == ["customer.created"]


@pytest.mark.parametrize("size", [1, 2, 4, 8, 9, 10])
def test_pages_lead_to_all_entries_and_back(size: int) -> None:
    everything = ids_on(expect(send_activity("page_size=100"), 200))
    page, forward = expect(send_activity(f"page_size={size}"), 200), []
    assert page["previous"] is None
    while True:
        forward.append(ids_on(page))
        assert page["countIsExact"] is (size >= 9)
        if page["next"] is None:
            break
        page = follow(page["next"])
    assert [entry for found in forward for entry in found] == everything
    backward = [ids_on(page)]
    while page["previous"]:
        page = follow(page["previous"])
        backward.insert(0, ids_on(page))
    assert backward == forward


def test_only_changes_of_one_kind_are_listed_on_request() -> None:
    assert list_kinds("kind=customer.archived") == ["customer.archived"]
    page = expect(send_activity("kind=customer.updated&page_size=4"), 200)
    rest = follow(page["next"])
    assert [len(ids_on(each)) for each in (page, rest)] == [4, 3]
    assert "kind=customer.updated" in page["next"]
    assert list_kinds("kind=usage.reset") == []


@pytest.mark.parametrize("kind", ["", "&kind=customer.updated"])
def test_times_limit_the_list_and_both_are_included(kind: str) -> None:
    entries = list_activity()
    first, last = entries[6]["occurredOn"], entries[2]["occurredOn"]
    query = f"occurred_on_after={first}&occurred_on_before={last}{kind}"
    assert list_activity(query) == entries[2:7]
    page = expect(send_activity(f"{query}&page_size=3"), 200)
    assert ids_on(page) + ids_on(follow(page["next"])) == [entry["id"] for entry in entries[2:7]]
    earlier = quote(to_iso(from_iso(first) - TICK))
    assert list_activity(f"occurred_on_before={last}&occurred_on_after={earlier}{kind}") == entries[2:7]
    assert list_activity(f"occurred_on_after={last}&occurred_on_before={first}{kind}") == []


def test_a_page_costs_a_read_of_the_customer_and_one_query(parity_table: Table) -> None:
    link = expect(send_activity("page_size=3"), 200)["next"]
    with record_requests(parity_table.client) as requests:
        follow(link)
    assert [name for name, _ in requests] == ["GetItem", "Query"]
    assert requests[1][1]["Limit"] == 4


@pytest.mark.parametrize("most_read", [1, 3, 1000])
def test_pages_of_a_rare_kind_may_be_empty_and_lead_to_all_entries_and_back(
    monkeypatch: pytest.MonkeyPatch, most_read: int
) -> None:
    created = [entry["id"] for entry in list_activity() if entry["kind"] == "customer.created"]
    monkeypatch.setattr("parity.dynamodb.listing_pages.MAX_ROWS_READ", most_read)
    monkeypatch.setattr("parity.activity.service.listing.FILTERED_QUERY_ROWS", 2)
    page = expect(send_activity("kind=customer.created"), 200)
    pages = [page, *_follow_all(page, "next")]
    assert [ids_on(each) for each in pages] == [[]] * (8 // most_read) + [created]
    assert [each["countIsExact"] for each in pages] == [most_read > 8] * len(pages)
    assert [ids_on(each) for each in _follow_all(pages[-1], "previous")] == [[]] * (len(pages) - 1)


def _follow_all(page: dict[str, Any], link: str) -> Iterator[dict[str, Any]]:
    while page[link]:
        page = follow(page[link])
        yield page


def test_entries_that_an_earlier_release_listed_by_kind_are_listed_once_and_redacted(
    parity_table: Table,
) -> None:
    for item in scan_entries():
        by_kind = {"listingPK": f"{item['PK']}#{item['kind']}", "listingSK": item["SK"]}
        parity_table.put_on_condition({**item, **by_kind}, "attribute_exists(PK)", {})
    page = expect(send_activity("kind=customer.updated&page_size=4"), 200)
    assert [len(ids_on(each)) for each in (page, follow(page["next"]))] == [4, 3]
    entry_store().redact("acme")
    indexed = parity_table.query_all(
        "listingPK = :kind", {":kind": "ACTIVITY#acme#customer.updated"}, IndexName="listing"
    )
    assert [("personal" in item, item["redacted"]) for item in indexed] == [(False, True)] * RENAMES


def test_a_cursor_belongs_to_one_customer_and_its_filters() -> None:
    link = expect(send_activity("page_size=3"), 200)["next"]
    query = urlsplit(link).query
    assert refusal(send_activity(query, "beta")) == (400, "invalid_cursor")
    assert refusal(send_activity(f"{query}&kind=customer.updated")) == (400, "invalid_cursor")


def test_an_unknown_customer_has_no_activity() -> None:
    assert refusal(send_activity(customer_id="nobody")) == (404, "customer_not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=customer.renamed", "kind"),
        ("occurred_on_after=yesterday", "occurred_on_after"),
        ("occurred_on_before=2026-13-01", "occurred_on_before"),
        ("page=2", "page"),
        ("actor=key_1", "actor"),
        ("page_size=0", "page_size"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(query: str, field: str) -> None:
    assert wrong_fields(send_activity(query)).keys() == {field}
