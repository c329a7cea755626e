"""GET /api/v1/alerts: the alerts of all customers."""

from __future__ import annotations

from itertools import product
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.usage.store import keys
from parity.usage.store.listed_alerts import listed_alert_store
from tests.support.answers import expect, refusal, walk_pages, wrong_fields
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer, send_erase
from tests.support.builders.entitlements import subscribe_acme
from tests.support.builders.moments import APRIL, DAY, FEBRUARY, JANUARY, MARCH, MINUTE, MOMENT, TICK
from tests.support.builders.usage_alerts import list_alerts, make_alerting, store_alert
from tests.support.builders.usage_history import process_changes, report_at, use_feature
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import Reply, call

MOMENTS = [APRIL, APRIL - TICK, MOMENT, MOMENT - TICK, MARCH, FEBRUARY, JANUARY, JANUARY - 400 * DAY]
"""Newest first: at both ends of months, with months between them that have none."""


def list_page(query: str = "") -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = expect(call("alerts/list", query=query), 200)["results"]
    return results


def ids_on(page: Reply) -> list[str]:
    return [row["id"] for row in page.body["results"]]


def list_ids(query: str = "") -> list[str]:
    return [row["id"] for row in list_page(query)]


@pytest.fixture
def alert_ids(parity_table: Table) -> list[str]:
    """The ids of alerts, newest first; those of two customers take turns, and so do two features of each."""
    for name in ("Acme", "Other"):
        create_customer(name)
    for name in ("Exports", "Emails"):
        create_feature(name)
    return [
        store_alert(moment, ("acme", "other")[number % 2], ("exports", "emails")[number // 2 % 2])
        for number, moment in enumerate(MOMENTS)
    ]


def test_without_alerts_the_list_is_empty() -> None:
    create_feature("Exports")
    empty: dict[str, Any] = {"count": 0, "countIsExact": True, "next": None, "previous": None, "results": []}
    for query in ("", "page=1", "customerId=nobody", "featureId=exports", "created_on_after=2026-01-01"):
        assert expect(call("alerts/list", query=query), 200) == empty, query


def test_a_threshold_that_is_reached_is_listed_with_every_field() -> None:
    subscription_id = subscribe_acme(make_alerting(80))
    use_feature(81, MOMENT)
    (of_customer,) = list_alerts()
    assert list_page() == [
        {
            "id": of_customer["id"],
            "customerId": "acme",
            "customerName": "Acme",
            "featureId": "exports",
            "thresholdType": "PERCENTAGE",
            "thresholdValue": 80,
            "usageLimit": 100,
            "currentUsage": 81,
            "periodStart": "2026-03-01T00:00:00.000000Z",
            "periodEnd": "2026-04-01T00:00:00.000000Z",
            "subscriptionId": subscription_id,
            "createdOn": "2026-03-15T12:00:00.000000Z",
        }
    ]


def test_a_change_that_is_delivered_twice_is_listed_once() -> None:
    subscribe_acme(make_alerting(50, 80))
    change = report_at(90, MOMENT)
    for age in (0, 1):
        process_changes(change, at=MOMENT + age * DAY)
    assert [row["thresholdValue"] for row in list_page()].count(80) == 1
    assert {row["id"] for row in list_page()} == {alert["id"] for alert in list_alerts()}


def test_a_threshold_that_is_reached_again_is_listed_again() -> None:
    subscribe_acme(make_alerting(80))
    for day, value in enumerate((85, -30, 30)):
        use_feature(value, MOMENT + day * DAY)
    assert [row["createdOn"][:10] for row in list_page()] == ["2026-03-17", "2026-03-15"]
    assert list_ids() == [alert["id"] for alert in list_alerts()]


def test_following_the_links_gives_every_alert_once_there_and_back(alert_ids: list[str]) -> None:
    lists = {"": alert_ids, "customerId=acme": alert_ids[::2], "customerId=other": alert_ids[1::2]}
    for (query, expected), size in product(lists.items(), (1, 3, len(alert_ids))):
        forth = list(walk_pages("alerts/list", f"{query}&page_size={size}"))
        assert [row for page in forth for row in ids_on(page)] == expected
        if len(forth) > 1:
            link = urlsplit(forth[-1].body["previous"]).query
            back = list(walk_pages("alerts/list", link, "previous"))
            assert [ids_on(page) for page in reversed(back)] == [ids_on(page) for page in forth[:-1]]


def test_a_page_by_number_is_that_slice_of_the_list(alert_ids: list[str]) -> None:
    assert list_ids("page=2&page_size=3") == alert_ids[3:6]
    assert list_ids("page=2&page_size=3&customerId=acme") == alert_ids[::2][3:6]
    for query in ("page=4&page_size=3", "page=2&customerId=nobody"):
        assert refusal(call("alerts/list", query=query)) == (404, "page_not_found")
    assert wrong_fields(call("alerts/list", query="page=1002")) == {"page": 1}


def test_the_count_is_of_what_was_found_so_far(alert_ids: list[str]) -> None:
    counts = [
        (page.body["count"], page.body["countIsExact"])
        for page in (call("alerts/list", query=query) for query in ("page_size=3", "page=3&page_size=3", ""))
    ]
    assert counts == [(4, False), (8, True), (8, True)]


def test_one_feature_is_named_by_its_identifier_or_its_id(alert_ids: list[str]) -> None:
    emails = [alert_ids[number] for number in (2, 3, 6, 7)]
    feature = create_feature("Pages")
    assert list_ids("featureId=emails") == emails
    assert list_ids("featureId=emails&customerId=acme") == emails[::2]
    assert list_ids(f"featureId={feature['id']}") == []
    assert refusal(call("alerts/list", query="featureId=nothing")) == (404, "feature_not_found")


def test_a_page_of_a_rare_feature_may_be_short_and_goes_on(
    alert_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parity.dynamodb.listing_pages.MAX_ROWS_READ", 2)
    pages = list(walk_pages("alerts/list", "featureId=emails&page_size=5"))
    assert [ids_on(page) for page in pages] == [[], alert_ids[2:4], [], alert_ids[6:]]


@pytest.mark.parametrize("customer", ["", "customerId=acme&", "customerId=other&"])
@pytest.mark.parametrize(("first", "last"), list(product((0, 3, 6), (1, 4, 7))))
def test_a_range_of_time_includes_both_its_ends(
    alert_ids: list[str], customer: str, first: int, last: int
) -> None:
    rows = range(len(alert_ids)) if not customer else range("other" in customer, len(alert_ids), 2)
    expected = [alert_ids[number] for number in rows if first <= number <= last]
    times = urlencode(
        {"created_on_before": to_iso(MOMENTS[first]), "created_on_after": to_iso(MOMENTS[last])}
    )
    assert list_ids(f"{customer}{times}") == expected
    forth = list(walk_pages("alerts/list", f"{customer}{times}&page_size=2"))
    assert [row for page in forth for row in ids_on(page)] == expected
    assert forth[0].body["previous"] is None


def test_a_date_is_the_whole_day(alert_ids: list[str]) -> None:
    assert list_ids("createdOnAfter=2026-03-31&createdOnBefore=2026-04-01") == alert_ids[:2]
    assert list_ids("created_on_before=2026-03-31&created_on_after=2026-03-31") == [alert_ids[1]]
    assert list_ids("created_on_before=2026-01-01&created_on_after=2026-02-01") == []


def list_requests(table: Table, query: str) -> list[str]:
    with record_requests(table.client) as requests:
        call("alerts/list", query=query)
    return [name for name, _ in requests]


@pytest.mark.usefixtures("alert_ids")
def test_a_page_costs_the_same_at_any_depth(parity_table: Table) -> None:
    for minute in range(10):
        store_alert(MOMENT + minute * MINUTE)
    first, *others = walk_pages("alerts/list", "page_size=2&created_on_after=2026-03-15")
    links = [urlsplit(page.body["next"]).query for page in (first, *others[:3])]
    assert [list_requests(parity_table, link) for link in links] == [["Query", "Query", "BatchGetItem"]] * 4


@pytest.mark.usefixtures("alert_ids")
def test_only_months_in_the_range_are_read_and_one_partition_of_a_customer(parity_table: Table) -> None:
    february = "created_on_after=2026-02-01&created_on_before=2026-02-27"
    assert list_requests(parity_table, february) == ["Query", "Query", "BatchGetItem"]
    assert list_requests(parity_table, "created_on_before=2020-01-01") == ["Query"]
    assert list_requests(parity_table, "customerId=acme&page_size=2") == ["Query", "BatchGetItem"]
    assert list_requests(parity_table, "customerId=nobody") == ["Query"]


def test_a_customer_has_its_present_name_and_after_erasure_none() -> None:
    names = {"acme": "Åsa Übersee 東京", "gone": "Gone for Good", "rtl": "مؤسسة الملك", "old": "Old"}
    for customer_id, name in names.items():
        create_customer(name, customerId=customer_id)
        store_alert(MOMENT, customer_id)
    for customer_id in ("gone", "old"):
        archive_customer(customer_id)
    expect(send_erase("gone"), 200)
    expect(call("customers/update", parameters={"customerId": "rtl"}, body={"name": "אגודה"}), 200)
    shown = {row["customerId"]: row["customerName"] for row in list_page()}
    assert shown == {"acme": names["acme"], "gone": "gone", "rtl": "אגודה", "old": "Old"}


def test_a_month_is_marked_once_and_before_its_first_alert(parity_table: Table) -> None:
    create_customer("Acme")
    listed_alert_store.cache_clear()
    with record_requests(parity_table.client) as requests:
        for age in range(3):
            store_alert(MOMENT - age * DAY)
    written = [request["Item"]["PK"]["S"] for _, request in requests]
    assert written == [keys.alert_month("")["PK"], *[keys.listed_alerts("acme")] * 3]


def test_wrong_parameters_are_named() -> None:
    for query, name in [
        ("customer_id=a/b", "customer_id"),
        ("created_on_after=yesterday", "created_on_after"),
        ("created_on_before=1969-12-31", "created_on_before"),
        ("page=0", "page"),
        ("sort=createdOn", "sort"),
    ]:
        assert wrong_fields(call("alerts/list", query=query)).keys() == {name}, query
