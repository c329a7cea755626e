"""Creating, editing and archiving a customer, as the guide describes it."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import LARGE, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard]

ARCHIVE_QUESTION = (
    "Are you sure you want to archive this customer? Once archived, they will lose access to all features."
)


@pytest.fixture
def word() -> str:
    """A word that no other test's customers have."""
    return f"w{uuid4().hex[:10]}"


def open_form(page: Page) -> Locator:
    page.goto("/customers")
    page.get_by_role("button", name="New customer").click()
    return page.get_by_role("dialog", name="Create customer")


def open_action(page: Page, word: str, action: str) -> Locator:
    page.goto(f"/customers?search={word}")
    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name=action).click()
    return page.get_by_role("dialog")


@pytest.mark.slow
def test_new_customer_is_at_the_top_right_and_create_at_the_bottom_right(page: Page) -> None:
    form = open_form(page)
    button = page.locator("main").get_by_text("New customer").bounding_box()
    create = form.get_by_role("button", name="Create", exact=True).bounding_box()
    box = form.bounding_box()
    assert button and create and box  # noqa: PT018 - for the types
    assert button["x"] > 1280 * 0.7
    assert button["y"] < 100
    assert create["x"] > box["x"] + box["width"] / 2
    assert create["y"] > box["y"] + box["height"] - 80


@pytest.mark.slow
def test_the_identifier_is_derived_while_the_name_is_typed_and_the_rule_is_explained(
    page: Page, word: str
) -> None:
    form = open_form(page)
    form.get_by_label("Customer name").press_sequentially(f"Café Zoë {word}")
    expect(form.get_by_label("Identifier")).to_have_value(f"cafe-zoe-{word}")
    expect(form.get_by_text("without / ? # and %")).to_be_visible()
    form.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text(f"Café Zoë {word} was created.")).to_be_visible()
    expect(form).to_be_hidden()
    expect(page.get_by_role("row").filter(has_text=f"cafe-zoe-{word}")).to_be_visible()


@pytest.mark.slow
def test_the_identifier_can_be_chosen_and_the_email_left_out_or_given(
    page: Page, client: httpx.Client, word: str
) -> None:
    form = open_form(page)
    form.get_by_label("Customer name").fill("Marisol Quint")
    form.get_by_label("Identifier").fill(f"own-{word}")
    form.get_by_label("Email address").fill("marisol@example.com")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_be_hidden()
    created = client.get(f"/customers/own-{word}/").json()
    assert (created["name"], created["email"]) == ("Marisol Quint", "marisol@example.com")


@pytest.mark.slow
def test_the_name_is_required_and_the_email_must_be_one(page: Page) -> None:
    form = open_form(page)
    form.get_by_label("Email address").fill("nobody")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_text("A customer needs a name.")).to_be_visible()
    expect(form.get_by_text("This is not an email address.")).to_be_visible()


@pytest.mark.slow
def test_a_taken_identifier_is_shown_at_its_field(page: Page, create_customer: CreateCustomer) -> None:
    taken = create_customer("First")["customerId"]
    form = open_form(page)
    form.get_by_label("Customer name").fill("Second")
    form.get_by_label("Identifier").fill(taken)
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_label("Identifier")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Identifier")).to_have_accessible_description(re.compile("Is in use already"))


@pytest.mark.slow
def test_create_more_is_off_at_first_and_keeps_the_form_open_with_empty_fields(page: Page, word: str) -> None:
    form = open_form(page)
    switch = form.get_by_label("Create more")
    expect(switch).not_to_be_checked()
    switch.check()
    for number in ("one", "two"):
        form.get_by_label("Customer name").fill(f"{number} {word}")
        form.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_text(f"{number} {word} was created.")).to_be_visible()
        expect(form.get_by_label("Customer name")).to_have_value("")
        expect(form.get_by_label("Identifier")).to_have_value("")
        expect(form.get_by_label("Customer name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_a_customer_is_created_by_keyboard_alone(page: Page, word: str) -> None:
    page.goto("/customers")
    expect(page.get_by_role("button", name="New customer")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_label("Customer name")).to_be_focused()
    page.keyboard.type(f"Keys {word}")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Keys {word} was created.")).to_be_visible()


@pytest.mark.slow
def test_edit_has_name_and_email_and_an_identifier_that_cannot_be_changed(
    page: Page, client: httpx.Client, create_customer: CreateCustomer, word: str
) -> None:
    customer = create_customer(f"Before {word}", email="before@example.com")
    form = open_action(page, word, "Edit")
    expect(form.get_by_label("Identifier")).to_have_value(customer["customerId"])
    expect(form.get_by_label("Identifier")).not_to_be_editable()
    form.get_by_label("Customer name").fill(f"After {word}")
    form.get_by_label("Email address").fill("")
    form.get_by_role("button", name="Update").click()
    expect(page.get_by_text(f"After {word} was updated.")).to_be_visible()
    expect(page.get_by_role("link", name=f"After {word}")).to_be_visible()
    assert client.get(f"/customers/{customer['customerId']}/").json()["email"] is None


def test_the_change_of_a_second_person_is_shown_as_such_and_not_overwritten(
    page: Page, client: httpx.Client, create_customer: CreateCustomer, word: str
) -> None:
    customer = create_customer(f"Shared {word}")
    path = f"/customers/{customer['customerId']}/"
    form = open_action(page, word, "Edit")
    client.patch(path, json={"email": "second@example.com"})
    form.get_by_label("Customer name").fill(f"Mine {word}")
    form.get_by_role("button", name="Update").click()
    expect(form.get_by_role("alert")).to_contain_text("Somebody else changed this customer")
    assert client.get(path).json()["name"] == f"Shared {word}"
    form.get_by_role("button", name="Show the present values").click()
    expect(form.get_by_label("Email address")).to_have_value("second@example.com")
    form.get_by_label("Customer name").fill(f"Mine {word}")
    form.get_by_role("button", name="Update").click()
    expect(form).to_be_hidden()
    after = client.get(path).json()
    assert (after["name"], after["email"]) == (f"Mine {word}", "second@example.com")


@pytest.mark.slow
def test_archiving_asks_first(
    page: Page, client: httpx.Client, create_customer: CreateCustomer, word: str
) -> None:
    customer = create_customer(f"Leaving {word}")
    question = open_action(page, word, "Archive")
    expect(question.get_by_text(ARCHIVE_QUESTION, exact=True)).to_be_visible()
    question.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(f"Leaving {word} was archived.")).to_be_visible()
    expect(page.get_by_text("No customer was found")).to_be_visible()
    assert client.get(f"/customers/{customer['customerId']}/").json()["status"] == "archived"


def test_a_refused_archive_names_the_subscriptions_and_links_to_them(
    page: Page, client: httpx.Client, create_customer: CreateCustomer, word: str
) -> None:
    customer = create_customer(f"Staying {word}")
    subscription = subscribe_customer(client, customer["customerId"])
    question = open_action(page, word, "Archive")
    question.get_by_role("button", name="Confirm").click()
    expect(question.get_by_role("alert")).to_contain_text("1 subscription must be canceled first")
    question.get_by_role("link", name=LARGE).click()
    expect(page).to_have_url(re.compile(rf"/subscriptions/{subscription['id']}$"))
    expect(page.get_by_role("heading", name=LARGE)).to_be_visible()
