"""The activity on a customer's page, as the guide describes it."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import LARGE, SMALL, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

PAGE_SIZE = 25


@pytest.fixture
def customer(create_customer: CreateCustomer) -> dict[str, Any]:
    return create_customer("Isolde Grant", email="isolde@example.com")


def open_activity(page: Page, customer: dict[str, Any], query: str = "") -> Locator:
    page.goto(f"/customers/{customer['customerId']}?tab=activity{query}")
    return page.get_by_role("table", name="Activity")


def rename(client: httpx.Client, customer: dict[str, Any], name: str) -> None:
    client.patch(f"/customers/{customer['customerId']}/", json={"name": name}).raise_for_status()


def test_a_change_is_listed_with_old_and_new_values_and_who_made_it(
    page: Page, client: httpx.Client, customer: dict[str, Any]
) -> None:
    rename(client, customer, "Isolde Weiss")
    table = open_activity(page, customer)
    latest = table.get_by_role("row").nth(1)
    expect(latest).to_contain_text("Customer changed")
    expect(latest).to_contain_text(re.compile(r"Name: Isolde Grant → Isolde Weiss"))
    expect(latest).to_contain_text(re.compile(r"Key sk_\w{4}…\w{4}"))
    expect(table.get_by_role("row").nth(2)).to_contain_text("Email: isolde@example.com")


def test_a_subscriptions_changes_say_which_plan_it_had(
    page: Page, client: httpx.Client, customer: dict[str, Any]
) -> None:
    made = subscribe_customer(client, customer["customerId"], SMALL)
    body = {"plan_identifier": LARGE, "charge_period": "MONTHLY"}
    client.post(f"/subscriptions/{made['id']}/update/", json=body).raise_for_status()
    row = open_activity(page, customer).get_by_role("row", name="Plan changed")
    expect(row).to_contain_text(f"Plan: {SMALL} → {LARGE}")
    created = page.get_by_role("row", name="Subscription created")
    created.get_by_role("button", name="more").click()
    expect(created).to_contain_text("Status: active")


def test_older_changes_are_on_the_pages_that_follow(
    page: Page, client: httpx.Client, customer: dict[str, Any]
) -> None:
    for number in range(PAGE_SIZE + 2):
        rename(client, customer, f"Isolde {number}")
    table = open_activity(page, customer)
    expect(table.get_by_role("row")).to_have_count(1 + PAGE_SIZE)
    page.get_by_role("button", name="Next").click()
    expect(table.get_by_role("row")).to_have_count(1 + 3)
    expect(table).to_contain_text("Customer created")
    page.reload()
    expect(table).to_contain_text("Customer created")
    page.get_by_role("button", name="Previous").click()
    expect(table).to_contain_text(f"Isolde {PAGE_SIZE + 1}")


def test_one_kind_of_change_is_shown_on_request(page: Page, customer: dict[str, Any]) -> None:
    table = open_activity(page, customer)
    expect(table).to_contain_text("Customer created")
    page.get_by_label("Show").select_option("Usage reset")
    expect(page.get_by_text("No such change")).to_be_visible()
    page.get_by_label("Show").select_option("Customer created")
    expect(table.get_by_role("row")).to_have_count(2)


def test_a_page_without_a_match_says_that_older_changes_may_follow(
    page: Page, customer: dict[str, Any]
) -> None:
    empty: dict[str, Any] = {"count": 0, "countIsExact": False, "previous": None, "results": []}
    link = "https://api.example.com/api/v1/customers/any/activity?cursor=abc"
    page.route("**/activity?*kind=usage.reset*", lambda route: route.fulfill(json={**empty, "next": link}))
    open_activity(page, customer, "&kind=usage.reset")
    expect(page.get_by_text("No such change on this page")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("kind=usage.reset&cursor=abc"))


def test_metadata_may_have_names_that_mean_something_to_a_script(
    page: Page, create_customer: CreateCustomer
) -> None:
    metadata = {"constructor": "toString", "reset": "constructor", "chargePeriod": "YEARLY"}
    table = open_activity(page, create_customer(metadata=metadata))
    for shown in ("Constructor toString", "Reset constructor", "Charged Yearly"):
        expect(table).to_contain_text(shown)
