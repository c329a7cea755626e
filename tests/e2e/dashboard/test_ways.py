"""Ways through the pages: back to the list as it was, on from an empty one, and the focus after a dialog."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

# A menu takes the focus in a timer without delay: on a busy machine after a quick person has chosen from it.
MAKE_TIMERS_LATE = """{
  const { setTimeout } = window;
  window.setTimeout = (callback, delay, ...rest) => setTimeout(callback, delay || 100, ...rest);
}"""


def test_the_way_back_from_a_customer_leads_to_the_list_as_it_was(
    page: Page, create_customer: CreateCustomer
) -> None:
    name = f"Odile w{uuid4().hex[:8]}"
    create_customer(name)
    page.goto("/customers")
    page.get_by_role("searchbox").fill(name)
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Customers").click()
    expect(page).to_have_url(re.compile("search="))
    expect(page.get_by_role("searchbox")).to_have_value(name)
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_customer_that_is_opened_first_has_a_way_back_to_all(
    page: Page, create_customer: CreateCustomer
) -> None:
    page.goto(f"/customers/{create_customer()['customerId']}")
    page.get_by_role("main").get_by_role("link", name="Customers").click()
    expect(page).to_have_url(re.compile(r"/customers$"))


@pytest.mark.parametrize("close", ["Escape", "Close", "Create"])
def test_once_a_dialog_is_closed_the_focus_is_on_the_button_that_opened_it(page: Page, close: str) -> None:
    page.goto("/customers")
    opener = page.get_by_role("button", name="New customer")
    opener.press("Enter")
    dialog = page.get_by_role("dialog", name="Create customer")
    expect(dialog.get_by_label("Customer name")).to_be_focused()
    if close == "Escape":
        page.keyboard.press("Escape")
    elif close == "Close":
        dialog.get_by_role("button", name="Close").click()
    else:
        page.keyboard.insert_text("Marisol Quint")
        page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_once_a_dialog_of_a_menu_is_closed_the_focus_is_on_the_three_dots(
    page: Page, create_customer: CreateCustomer
) -> None:
    name = f"Odile w{uuid4().hex[:8]}"
    create_customer(name)
    page.goto(f"/customers?search={name}")
    dots = page.get_by_role("button", name=f"Actions for {name}")
    for action in ("Edit", "Archive"):
        open_and_close_dialog(page, dots, action)
        expect(dots).to_be_focused()


def test_the_focus_is_on_the_three_dots_though_the_menu_took_it_before_the_dialog_was_loaded(
    page: Page, create_customer: CreateCustomer
) -> None:
    page.add_init_script(MAKE_TIMERS_LATE)
    page.route("**/EditCustomerModal*.js", continue_late)
    name = f"Odile w{uuid4().hex[:8]}"
    create_customer(name)
    page.goto(f"/customers?search={name}")
    dots = page.get_by_role("button", name=f"Actions for {name}")
    open_and_close_dialog(page, dots, "Edit")
    expect(dots).to_be_focused()


def open_and_close_dialog(page: Page, dots: Locator, action: str) -> None:
    dots.press("Enter")
    page.get_by_role("menuitem", name=action).press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def continue_late(route: Route) -> None:
    time.sleep(0.5)
    route.continue_()


def test_a_customer_without_a_subscription_gets_one_from_where_it_is_missed(
    page: Page, create_customer: CreateCustomer
) -> None:
    page.goto(f"/customers/{create_customer()['customerId']}")
    page.get_by_role("button", name="Subscribe to a plan").click()
    expect(page.get_by_role("dialog", name="Add subscription")).to_be_visible()


def test_a_customers_page_has_the_metadata_of_whatever_kind(
    page: Page, create_customer: CreateCustomer
) -> None:
    metadata = {"tier": "gold", "seats": 3, "address": {"city": "Łódź"}, **{f"key{n}": n for n in range(30)}}
    page.goto(f"/customers/{create_customer(metadata=metadata)['customerId']}")
    card = page.get_by_role("region", name="Metadata")
    expect(card).to_contain_text("gold")
    expect(card).to_contain_text('{"city":"Łódź"}')
    expect(card).to_contain_text("and 9 more.")
    page.goto(f"/customers/{create_customer()['customerId']}")
    expect(page.get_by_text("Billing ID")).to_be_visible()
    expect(card).to_be_hidden()
