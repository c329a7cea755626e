"""At size: 5,083 customers, and a customer with 100 subscriptions and 100 features.

A page asks for what it shows and renders that, whatever else there is: never once per row, never all rows.
"""

from __future__ import annotations

import re
from collections import Counter
from math import ceil
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from local.cloud import LocalCloud
from local.seed.demo.api import Api
from local.seed.demo.customers import load_customers
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine, wait_until
from tests.support.scenarios.http_plans import publish_plan, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

INSTITUTIONS = 5083
MANY = 100
SHOWN_ROWS = 25
FEATURES_PER_REQUEST = 100
LARGE_ANSWER_MILLISECONDS = 60_000
"""A page of these subscriptions has 2,500 features."""

Calls = Counter[str]


@pytest.fixture
def calls(page: Page) -> Calls:
    """How often the page has called each path of the API."""
    counted: Calls = Counter()

    def count(request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/api/v1/"):
            counted[path.removeprefix("/api/v1")] += 1

    page.on("request", count)
    return counted


@pytest.fixture(scope="module")
def institutions(cloud: LocalCloud, client: httpx.Client) -> None:
    """The real list, unless another test has imported it."""
    if client.get("/customers").json()["count"] < INSTITUTIONS:
        load_customers(Api(cloud.url, cloud.server_key), "universities", lambda *_: None)


@pytest.fixture(scope="module")
def busy_customer(client: httpx.Client) -> str:
    """The identifier of the customer with many subscriptions to a plan of many features."""
    word = uuid4().hex[:8]
    names = [f"size-{word}-{number:03}" for number in range(MANY)]
    for name in names:
        feature = {"name": name, "identifier": name, "featureType": "CUSTOMIZABLE"}
        assert client.post("/catalog/features/", json=feature).status_code == 201
    publish_plan(client, f"size-{word}", {name: {"value": 1} for name in names})
    for _ in range(MANY):
        subscribe_customer(client, f"busy-{word}", f"size-{word}")
    busy = f"busy-{word}"
    wait_until(lambda: client.get(f"/customers/{busy}/activity").json()["results"], deadline_seconds=300)
    return busy


def take(calls: Calls) -> dict[str, int]:
    """The calls since the last time."""
    taken = dict(calls)
    calls.clear()
    return taken


def count_rows(page: Page, table: str) -> int:
    return page.get_by_role("table", name=table).locator("tbody tr").count()


@pytest.mark.usefixtures("institutions")
def test_a_page_of_all_institutions_is_one_request_and_is_used_by_keyboard(page: Page, calls: Calls) -> None:
    page.goto("/customers")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^\d+,\d{3} customers$"))).to_be_visible()
    assert take(calls) == {"/customers": 1}
    assert count_rows(page, "Customers") == SHOWN_ROWS
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.insert_text("universidad")
    expect(page).to_have_url(re.compile("search=universidad"))
    expect(page.get_by_role("button", name="Next")).to_be_enabled()
    expect(page.get_by_role("row").nth(1)).to_contain_text(re.compile("universidad", re.IGNORECASE))
    assert take(calls) == {"/customers": 1}
    page.get_by_role("button", name="Next").press("Enter")
    expect(page).to_have_url(re.compile("cursor="))
    expect(page.get_by_role("button", name="Previous")).to_be_enabled()
    assert take(calls) == {"/customers": 1}
    assert count_rows(page, "Customers") == SHOWN_ROWS
    first = page.get_by_role("table", name="Customers").get_by_role("link").first
    name = first.inner_text()
    first.press("Enter")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_customer_with_many_subscriptions_and_features_is_a_few_requests(
    page: Page, client: httpx.Client, calls: Calls, busy_customer: str
) -> None:
    path = f"/customers/{busy_customer}"
    page.goto(path)
    expect(page.get_by_role("button", name="Next")).to_be_enabled(timeout=LARGE_ANSWER_MILLISECONDS)
    page.wait_for_load_state("networkidle")
    assert take(calls) == {path: 1, "/subscriptions": 2, "/catalog/plans": 1}
    assert count_rows(page, "Current subscriptions") == SHOWN_ROWS
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_role("button", name="Previous")).to_be_enabled(timeout=LARGE_ANSWER_MILLISECONDS)
    assert take(calls) == {"/subscriptions": 1}
    page.get_by_role("tab", name="Subscriptions").press("ArrowRight")
    entitlements = page.get_by_role("table", name="Entitlements").locator("tbody tr")
    expect(entitlements).to_have_count(MANY, timeout=LARGE_ANSWER_MILLISECONDS)
    page.wait_for_load_state("networkidle")
    features = client.get("/catalog/features/", params={"status": "all"}).json()["count"]
    catalogue = {"/catalog/features": ceil(features / FEATURES_PER_REQUEST)}
    assert take(calls) == {f"{path}/entitlements": 1, f"{path}/grants": 1, **catalogue}
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_role("table", name="Activity")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert take(calls) == {f"{path}/activity": 1}
