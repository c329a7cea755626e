"""The page of alerts: which customers reached a threshold, its filters, and where a row leads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from parity.core.times import now
from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine, wait_until
from tests.support.scenarios.http_plans import publish_plan, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

PAGE_SIZE = 25
FEATURE = "e2e-exports"


@pytest.fixture(scope="module")
def plan(client: httpx.Client) -> str:
    """A plan of 100 exports a month with an alert at 80 percent of them."""
    return sell_alerting(client, 80)


def sell_alerting(client: httpx.Client, *thresholds: int, features: tuple[str, ...] = (FEATURE,)) -> str:
    alerts = {"enabled": True, "thresholds": list(thresholds), "thresholdType": "PERCENTAGE"}
    plan = f"alerting-{uuid4().hex[:8]}"
    details = {"value": 100, "reset": "EVERY_MONTH", "hardLimit": False, "usageAlerts": alerts}
    publish_plan(client, plan, dict.fromkeys(features, details))
    return plan


def alert_customer(
    client: httpx.Client,
    customer: dict[str, Any],
    plan: str,
    features: tuple[str, ...] = (FEATURE,),
    count: int = 1,
) -> str:
    """Reports 85 of each feature, after which the customer is listed so often; returns the identifier."""
    customer_id: str = customer["customerId"]
    subscribe_customer(client, customer_id, plan)
    for feature in features:
        usage = {"customerId": customer_id, "featureId": feature, "value": 85, "behaviour": "DELTA"}
        client.post("/report/usage/", json=usage).raise_for_status()
    query = {"customerId": customer_id, "page_size": "100"}
    wait_until(lambda: client.get("/alerts/", params=query).json()["count"] == count)
    return customer_id


def find_row(page: Page, text: str) -> Locator:
    return page.get_by_role("table", name="Alerts").get_by_role("row").filter(has_text=text)


def test_an_alert_has_its_customer_and_leads_to_the_usage_of_the_feature(
    page: Page, client: httpx.Client, plan: str, create_customer: CreateCustomer
) -> None:
    customer_id = alert_customer(client, create_customer("Marisol Quint"), plan)
    page.goto("/customers")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Alerts").click()
    row = find_row(page, customer_id)
    for text in ("Marisol Quint", FEATURE, "80% used", "85 of 100", "just now"):
        expect(row).to_contain_text(text)
    row.get_by_text("80% used").last.click()
    expect(page).to_have_url(re.compile(rf"/customers/{customer_id}\?tab=usage&feature={FEATURE}"))
    expect(page.get_by_role("figure")).to_be_visible()
    page.go_back()
    row.get_by_role("link", name="Marisol Quint").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Marisol Quint")).to_be_visible()


def test_filters_are_in_the_url_and_can_be_taken_back(
    page: Page, client: httpx.Client, plan: str, create_customer: CreateCustomer
) -> None:
    first, second = (alert_customer(client, create_customer(), plan) for _ in range(2))
    page.goto("/alerts")
    expect(find_row(page, first)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(second)
    expect(find_row(page, first)).to_be_hidden()
    expect(find_row(page, second)).to_be_visible()
    expect(page).to_have_url(re.compile(f"customer={second}"))
    page.get_by_label("Feature").select_option("e2e-calls")
    expect(page.get_by_text("No such alert")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Identifier of a customer")).to_have_value(second)
    expect(page.get_by_label("Feature")).to_have_value("e2e-calls")
    expect(page.get_by_text("No such alert")).to_be_visible()
    page.get_by_role("button", name="Show all alerts").click()
    expect(find_row(page, first)).to_be_visible()
    page.go_back()
    page.go_back()
    expect(find_row(page, second)).to_be_visible()
    expect(find_row(page, first)).to_be_hidden()


def test_days_are_those_of_the_reader_and_include_both_ends(
    page: Page, client: httpx.Client, plan: str, create_customer: CreateCustomer
) -> None:
    customer_id = alert_customer(client, create_customer(), plan)
    today = page.evaluate("() => new Date().toLocaleDateString('sv')")
    page.goto(f"/alerts?customer={customer_id}&from={today}&to={today}")
    expect(find_row(page, customer_id)).to_be_visible()
    tomorrow = f"{now() + timedelta(days=2):%Y-%m-%d}"
    page.get_by_label("To", exact=True).fill(tomorrow)
    page.get_by_label("From", exact=True).fill(tomorrow)
    expect(page.get_by_text("No such alert")).to_be_visible()
    page.get_by_label("From", exact=True).fill("")
    expect(find_row(page, customer_id)).to_be_visible()
    page.goto(f"/alerts?customer={customer_id}&from=yesterday&to=2026-13-99&cursor=")
    expect(find_row(page, customer_id)).to_be_visible()


def test_older_alerts_are_on_the_pages_that_follow(
    page: Page, client: httpx.Client, create_customer: CreateCustomer
) -> None:
    features = (FEATURE, "e2e-calls")
    plan = sell_alerting(client, *range(1, 15), features=features)
    customer_id = alert_customer(client, create_customer(), plan, features, 2 * 14)
    page.goto(f"/alerts?customer={customer_id}")
    rows = find_row(page, customer_id)
    expect(rows).to_have_count(PAGE_SIZE)
    page.get_by_role("button", name="Next").click()
    expect(rows).to_have_count(3)
    page.reload()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Previous").click()
    expect(rows).to_have_count(PAGE_SIZE)


def test_names_in_any_script_are_shown_and_those_of_erased_customers_are_not(
    page: Page, client: httpx.Client, plan: str, create_customer: CreateCustomer
) -> None:
    gone = create_customer("Gone for Good")
    gone_id = alert_customer(client, gone, plan)
    named = alert_customer(client, create_customer("مؤسسة 東京 Übersee"), plan)
    subscriptions = client.get("/subscriptions/", params={"customer_id": gone_id}).json()["results"]
    client.post(f"/subscriptions/{subscriptions[0]['id']}/cancel/", json={"cancellationType": "IMMEDIATE"})
    client.delete(f"/customers/{gone_id}/").raise_for_status()
    client.post(f"/customers/{gone_id}/erase/").raise_for_status()
    page.goto("/alerts")
    expect(find_row(page, named)).to_contain_text("مؤسسة 東京 Übersee")
    expect(find_row(page, gone_id)).to_be_visible()
    expect(page.get_by_text("Gone for Good")).to_be_hidden()


def test_a_page_without_a_match_says_that_older_ones_may_follow(page: Page) -> None:
    empty: dict[str, Any] = {"count": 0, "countIsExact": False, "previous": None, "results": []}
    link = "https://api.example.com/api/v1/alerts?cursor=abc"
    page.route("**/api/v1/alerts?*", lambda route: route.fulfill(json={**empty, "next": link}))
    page.goto("/alerts?feature=e2e-calls")
    expect(page.get_by_text("No such alert on this page")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("feature=e2e-calls&cursor=abc"))


def test_no_alerts_at_all_and_alerts_that_cannot_be_read(page: Page) -> None:
    statuses = [500]

    def answer(route: Route) -> None:
        status = statuses[-1]
        empty: dict[str, Any] = {"count": 0, "countIsExact": True, "next": None, "previous": None}
        refused = {"detail": "It failed.", "code": "internal_error", "status": 500, "title": "Error"}
        route.fulfill(status=status, json={**empty, "results": []} if status == 200 else refused)

    page.route("**/api/v1/alerts?*", answer)
    page.goto("/alerts")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("The alerts cannot be shown")
    statuses.append(200)
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No alerts yet")).to_be_visible()
