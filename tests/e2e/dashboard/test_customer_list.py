"""The list of customers, as the guide describes it."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard]


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)
    page.wait_for_url(re.compile(r"search="))


@pytest.mark.slow
def test_the_navigation_at_the_left_has_the_customers(page: Page) -> None:
    page.goto("/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Customers")
    expect(link).to_be_visible()
    box = link.bounding_box()
    assert box is not None
    assert box["x"] < 50
    expect(page).to_have_url(re.compile(r"/customers$"))
    expect(page).to_have_title("Customers · Parity")


def test_a_row_has_name_and_email_identifier_status_live_subscriptions_and_day_of_creation(
    page: Page, client: httpx.Client, create_customer: CreateCustomer
) -> None:
    customer = create_customer("Odile Marchetti", email="odile@example.com")
    subscribe_customer(client, customer["customerId"])
    page.goto("/customers")
    row = page.get_by_role("row").filter(has_text=customer["customerId"])
    expect(row).to_be_visible()
    titles = page.get_by_role("columnheader").all_inner_texts()
    assert titles == ["Customer", "Identifier", "Status", "Subscriptions", "Created", "Actions"]
    cells = row.get_by_role("cell").all_inner_texts()
    assert cells[0].split("\n\n") == ["Odile Marchetti", "odile@example.com"]
    assert cells[1:4] == [customer["customerId"], "Active", "1"]
    assert customer["createdOn"][:4] in cells[4]


@pytest.mark.parametrize("by", ["name", "email", "identifier"])
def test_the_search_finds_by_name_email_or_identifier(
    page: Page, create_customer: CreateCustomer, by: str
) -> None:
    word = f"needle{by}"
    fields = {
        "name": {"name": f"Big {word} Ltd"},
        "email": {"email": f"{word}@example.com"},
        "identifier": {"customerId": f"{word}-1"},
    }[by]
    found = create_customer(**fields)
    create_customer("Somebody Else")
    page.goto("/customers")
    search(page, word)
    expect(page.get_by_role("row").filter(has_text=found["customerId"])).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value(word)
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_search_of_one_letter_asks_for_another(page: Page, create_customer: CreateCustomer) -> None:
    found = create_customer("Quillon Zwick")
    create_customer("学 习", customerId="xue")
    page.goto("/customers")
    search(page, "q")
    expect(page.get_by_text("Type at least two characters")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()
    search(page, "qu")
    expect(page.get_by_role("row").filter(has_text=found["customerId"])).to_be_visible()
    search(page, "学")
    expect(page.get_by_role("row").filter(has_text="xue")).to_be_visible()


@pytest.mark.slow
def test_a_search_that_finds_nothing_says_so(page: Page) -> None:
    page.goto("/customers")
    search(page, "qqqqqq")
    expect(page.get_by_text("No customer was found")).to_be_visible()
    page.get_by_role("button", name="Clear the search").click()
    expect(page.get_by_text("No customer was found")).to_be_hidden()


@pytest.mark.slow
def test_a_click_on_a_row_opens_the_details_and_back_returns_to_the_view(
    page: Page, create_customer: CreateCustomer
) -> None:
    customer = create_customer("Rowan Clickwell")
    page.goto("/customers?search=clickwell")
    page.get_by_role("row").filter(has_text=customer["customerId"]).get_by_text("Active").filter(
        visible=True
    ).click()
    expect(page).to_have_url(re.compile(rf"/customers/{customer['customerId']}$"))
    expect(page.get_by_role("heading", name="Rowan Clickwell")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("clickwell")
    expect(page.get_by_role("row")).to_have_count(2)


@pytest.mark.slow
def test_the_three_dots_have_edit_and_archive(page: Page, create_customer: CreateCustomer) -> None:
    create_customer("Dottie Menuel")
    page.goto("/customers?search=menuel")
    page.get_by_role("button", name="Actions for Dottie Menuel").click()
    assert page.get_by_role("menuitem").all_inner_texts() == ["Edit", "Archive"]
    expect(page).to_have_url(re.compile(r"/customers\?search=menuel$"))


@pytest.mark.slow
def test_pages_follow_each_other_and_a_page_has_a_url(page: Page, create_customer: CreateCustomer) -> None:
    for number in range(27):
        create_customer(f"Pagewise {number}")
    page.goto("/customers?search=pagewise")
    expect(page.get_by_role("row")).to_have_count(26)
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.reload()
    expect(page.get_by_role("row")).to_have_count(3)
    page.go_back()
    expect(page.get_by_role("row")).to_have_count(26)


@pytest.mark.slow
def test_the_column_of_creation_sorts_the_list_in_the_url_and_by_the_keyboard(
    page: Page, create_customer: CreateCustomer
) -> None:
    create_customer("The first of all")
    newest = create_customer("The newest of all")["customerId"]
    page.goto("/customers")
    header = page.get_by_role("columnheader", name="Created")
    rows = page.get_by_role("table", name="Customers").get_by_role("row")
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(rows.nth(1)).to_contain_text(newest)
    header.get_by_role("button", name="Created").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sort=createdOn"))
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(rows.nth(1)).not_to_contain_text(newest)
    page.get_by_role("radiogroup", name="Status").get_by_text("All").click()
    expect(page).to_have_url(re.compile("sort=createdOn"))
    page.reload()
    expect(header).to_have_attribute("aria-sort", "ascending")
    header.get_by_role("button", name="Created").click()
    expect(rows.nth(1)).to_contain_text(newest)
    page.goto("/customers?search=newest&sort=createdOn")
    expect(rows.nth(1)).to_contain_text(newest)
    expect(header.get_by_role("button")).to_have_count(0)


@pytest.mark.slow
def test_archived_customers_are_shown_when_asked_for_and_can_come_back(
    page: Page, client: httpx.Client, create_customer: CreateCustomer
) -> None:
    customer = create_customer("Ada Bygone")
    client.delete(f"/customers/{customer['customerId']}/")
    page.goto("/customers?search=bygone")
    expect(page.get_by_text("No customer was found")).to_be_visible()
    page.get_by_text("Archived", exact=True).click()
    expect(page).to_have_url(re.compile(r"status=archived"))
    page.get_by_role("button", name="Actions for Ada Bygone").click()
    page.get_by_role("menuitem", name="Unarchive").click()
    expect(page.get_by_text("Ada Bygone is active again.")).to_be_visible()


@pytest.mark.slow
def test_a_failing_list_says_what_to_do(page: Page) -> None:
    page.route("**/api/v1/customers?*", lambda route: route.abort())
    page.goto("/customers")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("The customers cannot be shown")
    page.unroute("**/api/v1/customers?*")
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_the_keys_search_create_close_and_list_themselves(page: Page) -> None:
    page.goto("/customers")
    expect(page.get_by_role("table")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("heading", name="Customers").click()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Create customer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


@pytest.mark.slow
def test_an_unknown_path_is_a_page_with_a_way_back(page: Page) -> None:
    page.goto("/no/such/page")
    page.get_by_role("link", name="Go to the customers").click()
    expect(page.get_by_role("heading", name="Customers")).to_be_visible()


@pytest.mark.slow
def test_a_page_says_what_time_it_is_where_the_clock_was_moved(
    page: Page, create_customer: CreateCustomer
) -> None:
    customer = create_customer()
    clock = {"now": "2028-01-01T00:00:00Z", "offsetSeconds": 400 * 86_400}
    page.route("**/local/clock", lambda route: route.fulfill(json=clock))
    page.goto(f"/customers/{customer['customerId']}")
    expect(page.get_by_text("The clock was moved: it is")).to_be_visible()
    expect(page.locator("dl time").first).to_have_text("last year")
