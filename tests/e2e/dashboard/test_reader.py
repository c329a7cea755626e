"""Somebody who may only read sees every page, and nothing on it that changes something."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

CHANGES = re.compile(
    r"\b(new|create|add|edit|archive|unarchive|remove|revoke|cancel|undo|set|publish|discard|migrate|import|"
    r"save|delete|rotate|disable|actions)\b",
    re.IGNORECASE,
)


def test_a_reader_finds_no_control_that_changes_something_on_any_page(
    page: Page, client: httpx.Client, create_customer: CreateCustomer
) -> None:
    customer = create_customer()["customerId"]
    subscribe_customer(client, customer)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/?role=read")
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(links.first).to_be_visible()
    paths = [link.get_attribute("href") or "" for link in links.all()]
    tabs = [f"/customers/{customer}?tab={tab}" for tab in ("subscriptions", "entitlements", "usage")]
    for path in [*paths, *tabs]:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.get_by_text("Read only")).to_be_visible()
        found = page.get_by_role("main").get_by_role("button", name=CHANGES)
        assert [button.inner_text() for button in found.all()] == [], path
        page.keyboard.press("n")
        assert page.get_by_role("dialog").count() == 0, path
    assert set(sent) == {"GET"}


def test_the_choice_of_a_role_can_be_taken_back(page: Page) -> None:
    page.goto("/?role=read")
    expect(page.get_by_text("Read only")).to_be_visible()
    expect(page.get_by_role("button", name="New customer")).not_to_be_visible()
    page.goto("/?role=admin")
    expect(page.get_by_role("button", name="New customer")).to_be_visible()
    expect(page.get_by_text("Read only")).not_to_be_visible()
