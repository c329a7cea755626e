"""axe-core finds nothing in the states of the dashboard, and nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from local.cloud import LocalCloud
from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import (
    collect_console_errors,
    find_violations,
    needs_chromium,
    needs_dashboard,
    read_axe,
)
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import LARGE, SMALL, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

SCREENS = [(scheme, width) for scheme in ("light", "dark") for width in (360, 1280)]


@pytest.fixture(params=SCREENS, ids=[f"{scheme}-{width}" for scheme, width in SCREENS])
def screen(request: pytest.FixtureRequest, browser: Browser, cloud: LocalCloud) -> Iterator[Page]:
    scheme, width = request.param
    context = browser.new_context(
        base_url=cloud.url,
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )
    context.add_init_script(read_axe())
    page = context.new_page()
    errors = collect_console_errors(page)
    yield page
    context.close()
    assert errors == []


def check(page: Page, state: str) -> None:
    """The page, once its transitions are over, has no violation and does not scroll sideways."""
    page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")
    assert find_violations(page) == [], state
    overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, state


def close_dialog(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_list_and_its_forms(screen: Page, client: httpx.Client, create_customer: CreateCustomer) -> None:
    word = f"a{uuid4().hex[:8]}"
    customer = create_customer(f"Wörterbuch-Handelsgesellschaft {word} " + "x" * 100, email="a@example.com")
    subscribe_customer(client, customer["customerId"])
    screen.goto(f"/customers?search={word}")
    expect(screen.get_by_role("row")).to_have_count(2)
    check(screen, "list")
    screen.get_by_role("button", name="Actions for").click()
    expect(screen.get_by_role("menuitem", name="Edit")).to_be_visible()
    check(screen, "menu")
    screen.get_by_role("menuitem", name="Edit").click()
    expect(screen.get_by_role("dialog")).to_be_visible()
    check(screen, "edit")
    close_dialog(screen)
    screen.get_by_role("button", name="Actions for").click()
    screen.get_by_role("menuitem", name="Archive").click()
    check(screen, "archive")
    screen.get_by_role("button", name="Confirm").click()
    expect(screen.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    check(screen, "archive refused")
    close_dialog(screen)
    screen.get_by_role("button", name="New customer").click()
    screen.get_by_label("Customer name").fill("Marisol Quint")
    check(screen, "create")
    screen.get_by_label("Customer name").fill("")
    screen.get_by_role("button", name="Create", exact=True).click()
    expect(screen.get_by_text("A customer needs a name.")).to_be_visible()
    check(screen, "create with errors")
    close_dialog(screen)
    screen.keyboard.press("?")
    expect(screen.get_by_role("dialog", name="Keys")).to_be_visible()
    check(screen, "keys")


def test_nothing_found_nothing_there_and_failures(screen: Page) -> None:
    screen.goto("/customers?search=qqqqqq")
    expect(screen.get_by_text("No customer was found")).to_be_visible()
    check(screen, "nothing found")
    screen.goto("/customers/nobody-at-all")
    expect(screen.get_by_text("There is no such customer")).to_be_visible()
    check(screen, "unknown customer")
    screen.goto("/no/such/page")
    expect(screen.get_by_text("There is no such page")).to_be_visible()
    check(screen, "unknown page")
    screen.route("**/api/v1/customers?*", lambda route: route.abort())
    screen.goto("/customers")
    expect(screen.get_by_role("alert")).to_be_visible()
    check(screen, "failing")


def test_the_details_of_a_customer(
    screen: Page, client: httpx.Client, create_customer: CreateCustomer
) -> None:
    customer_id = create_customer("Isolde Grant")["customerId"]
    screen.goto(f"/customers/{customer_id}")
    expect(screen.get_by_text("No current subscription")).to_be_visible()
    check(screen, "no subscription")
    subscription = subscribe_customer(client, customer_id)
    client.post(f"/subscriptions/{subscription['id']}/cancel/", json={"cancellationType": "IMMEDIATE"})
    subscribe_customer(client, customer_id)
    grant = {"featureId": "e2e-exports", "value": 7, "note": "Sorry for Monday"}
    client.post(f"/customers/{customer_id}/grants/", json=grant)
    client.put(f"/customers/{customer_id}/overrides/e2e-sso/", json={"value": False})
    usage = {"customerId": customer_id, "featureId": "e2e-exports", "value": 190, "behaviour": "DELTA"}
    client.post("/report/usage/", json=usage)
    screen.reload()
    expect(screen.get_by_role("table", name="Past subscriptions")).to_be_visible()
    check(screen, "subscriptions")
    screen.get_by_role("button", name="Add subscription").click()
    check(screen, "add subscription")
    close_dialog(screen)
    screen.get_by_role("button", name=f"Actions for {LARGE}").click()
    screen.get_by_role("menuitem", name="Change").click()
    screen.get_by_label("Plan").select_option(SMALL)
    screen.get_by_label("Price").select_option("MONTHLY")
    expect(screen.get_by_role("table", name="What changes")).to_be_visible()
    check(screen, "change")
    close_dialog(screen)
    screen.get_by_role("button", name=f"Actions for {LARGE}").click()
    screen.get_by_role("menuitem", name="Cancel").click()
    screen.get_by_label("On a date").check()
    check(screen, "cancel")
    close_dialog(screen)
    screen.get_by_role("tab", name="Entitlements").click()
    expect(screen.get_by_text("190 of 207")).to_be_visible()
    check(screen, "entitlements")
    screen.get_by_role("button", name="Add grant").click()
    check(screen, "add grant")
    close_dialog(screen)
    screen.get_by_role("button", name="Set override").click()
    check(screen, "set override")
    close_dialog(screen)
    screen.get_by_role("tab", name="Usage").click()
    screen.get_by_label("Feature").select_option("e2e-exports")
    expect(screen.get_by_role("figure")).to_be_visible()
    check(screen, "usage")
