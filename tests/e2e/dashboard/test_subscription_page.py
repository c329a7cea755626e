"""A subscription's own page: what it is, what is to come, and what can be done with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from parity.core.times import now
from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import LARGE, SMALL, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]


@pytest.fixture
def customer(create_customer: CreateCustomer) -> dict[str, Any]:
    return create_customer("Isolde Grant")


@pytest.fixture
def subscription(client: httpx.Client, customer: dict[str, Any]) -> dict[str, Any]:
    return subscribe_customer(client, customer["customerId"])


def open_action(page: Page, subscription: dict[str, Any], action: str) -> Locator:
    page.goto(f"/subscriptions/{subscription['id']}")
    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name=action, exact=True).click()
    return page.get_by_role("dialog")


def read(client: httpx.Client, subscription: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/subscriptions/{subscription['id']}/").json()
    return found


def fact(page: Page, name: str) -> Locator:
    return page.get_by_role("term").filter(has_text=name).locator("xpath=../dd")


def test_a_row_of_the_customer_leads_to_the_page_with_terms_dates_and_features(
    page: Page, customer: dict[str, Any], subscription: dict[str, Any]
) -> None:
    page.goto(f"/customers/{customer['customerId']}")
    page.get_by_role("table", name="Current subscriptions").get_by_text("Active").click()
    expect(page).to_have_url(re.compile(rf"/subscriptions/{subscription['id']}$"))
    expect(page.get_by_role("heading", name=LARGE)).to_be_visible()
    expect(fact(page, "Price")).to_have_text("$20.00 per month")
    expect(fact(page, "Plan version")).to_have_text("1")
    expect(fact(page, "Renewal").locator("time")).to_be_visible()
    expect(fact(page, "Trial")).to_have_text("None")
    rows = page.get_by_role("table", name="Features").get_by_role("row")
    assert rows.filter(has_text="e2e-exports").get_by_role("cell").all_inner_texts()[1:] == [
        "200",
        "per month",
        "hard limit",
    ]
    expect(rows.filter(has_text="e2e-sso")).to_contain_text("Included")
    page.get_by_role("link", name="Isolde Grant").click()
    expect(page).to_have_url(re.compile(rf"/customers/{customer['customerId']}$"))


def test_another_quantity_is_previewed_and_bought(
    page: Page, client: httpx.Client, subscription: dict[str, Any]
) -> None:
    form = open_action(page, subscription, "Change")
    expect(form.get_by_role("button", name="Change")).to_be_disabled()
    form.get_by_role("button", name="Quantities").click()
    form.get_by_label("e2e-seats").fill("25")
    changes = form.get_by_role("table", name="What changes")
    expect(changes.get_by_role("row").filter(has_text="e2e-seats")).to_contain_text("1025")
    form.get_by_role("button", name="Change").click()
    expect(form).to_be_hidden()
    row = page.get_by_role("table", name="Features").get_by_role("row").filter(has_text="e2e-seats")
    expect(row).to_contain_text("25")
    values = {each["identifier"]: each["value"] for each in read(client, subscription)["features"]}
    assert (values["e2e-seats"], values["e2e-exports"]) == (25, 200)


def test_a_plan_at_the_end_of_the_period_is_shown_as_to_come_and_undone(
    page: Page, client: httpx.Client, subscription: dict[str, Any]
) -> None:
    form = open_action(page, subscription, "Change")
    form.get_by_label("Plan").select_option(SMALL)
    form.get_by_label("Price").select_option("YEARLY")
    form.get_by_label("At the end of the period").check()
    expect(form.get_by_text("$200.00 per year from")).to_be_visible()
    form.get_by_role("button", name="Change").click()
    notice = page.get_by_role("alert").filter(has_text="To come")
    expect(notice).to_contain_text(f"Will change to {SMALL}, per year, on")
    notice.get_by_role("button", name="Undo the change").click()
    expect(notice).to_be_hidden()
    assert read(client, subscription)["pendingChange"] is None


def test_a_change_that_waits_for_its_payment_applies_when_it_is_reported(
    page: Page, client: httpx.Client, subscription: dict[str, Any]
) -> None:
    form = open_action(page, subscription, "Change")
    form.get_by_label("Plan").select_option(SMALL)
    form.get_by_label("Price").select_option("MONTHLY")
    form.get_by_label("Once its payment is reported").check()
    form.get_by_role("button", name="Change").click()
    notice = page.get_by_role("alert").filter(has_text="The payment of a change is awaited")
    notice.get_by_role("button", name="Report a payment").click()
    report = page.get_by_role("dialog", name="Report a payment")
    report.get_by_label("Payment ID").fill("pay_1")
    report.get_by_role("button", name="Report").click()
    expect(page.get_by_role("heading", name=SMALL)).to_be_visible()
    assert read(client, subscription)["plan"]["identifier"] == SMALL


def test_a_first_payment_is_awaited_and_a_failed_one_is_said_to_have_failed(
    page: Page, client: httpx.Client, customer: dict[str, Any]
) -> None:
    terms = {"paymentBehavior": "activate_on_payment"}
    subscription = subscribe_customer(client, customer["customerId"], **terms)
    page.goto(f"/subscriptions/{subscription['id']}")
    expect(page.get_by_text("The first payment is awaited")).to_be_visible()
    page.get_by_role("button", name="Report a payment").click()
    page.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(page.get_by_text("The first payment is awaited")).to_be_hidden()
    open_action(page, subscription, "Report a payment").get_by_label("It failed").check()
    page.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(page.get_by_text("The last payment failed")).to_be_visible()
    assert read(client, subscription)["status"] == "past_due"


def test_a_wrong_time_of_a_payment_is_shown_at_its_field(page: Page, subscription: dict[str, Any]) -> None:
    form = open_action(page, subscription, "Report a payment")
    tomorrow = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form.get_by_label("When").fill(tomorrow)
    form.get_by_role("button", name="Report").click()
    expect(form.get_by_label("When")).to_have_attribute("aria-invalid", "true")


def test_a_cancellation_on_a_date_needs_one_and_can_be_undone(
    page: Page, client: httpx.Client, subscription: dict[str, Any]
) -> None:
    form = open_action(page, subscription, "Cancel")
    form.get_by_label("On a date").check()
    date = form.locator("input[type=date]")
    form.get_by_role("button", name="Cancel subscription").click()
    expect(form.get_by_text("Choose a day.")).to_be_visible()
    date.fill("2020-01-01")
    form.get_by_role("button", name="Cancel subscription").click()
    expect(date).to_have_attribute("aria-invalid", "true")
    date.fill((now() + timedelta(days=10)).date().isoformat())
    form.get_by_label("Comment").fill("Moves to another product")
    form.get_by_role("button", name="Cancel subscription").click()
    page.get_by_role("button", name="Undo the cancellation").click()
    expect(page.get_by_text("Will be canceled on")).to_be_hidden()
    assert read(client, subscription)["canceledAt"] is None


def test_a_subscription_that_has_ended_says_why_and_offers_nothing(
    page: Page, client: httpx.Client, subscription: dict[str, Any]
) -> None:
    cancellation = {
        "cancellationType": "IMMEDIATE",
        "cancellationFeedback": "UNUSED",
        "cancellationComment": "Nobody logs in",
    }
    assert client.post(f"/subscriptions/{subscription['id']}/cancel/", json=cancellation).is_success
    page.goto(f"/subscriptions/{subscription['id']}")
    notice = page.get_by_role("alert")
    for text in ("This subscription has ended", "Reason: not used.", "“Nobody logs in”"):
        expect(notice).to_contain_text(text)
    expect(page.get_by_role("button", name="Actions for")).to_be_hidden()


def test_the_change_of_a_second_person_is_shown_as_such_and_not_overwritten(
    page: Page, client: httpx.Client, subscription: dict[str, Any]
) -> None:
    form = open_action(page, subscription, "Cancel")
    change = {"planIdentifier": SMALL, "chargePeriod": "MONTHLY"}
    assert client.post(f"/subscriptions/{subscription['id']}/update/", json=change).is_success
    form.get_by_role("button", name="Cancel subscription").click()
    expect(form.get_by_role("alert")).to_contain_text("Somebody else changed this subscription")
    assert read(client, subscription)["canceledAt"] is None
    form.get_by_role("button", name="Show the present values").click()
    expect(page.get_by_role("dialog", name=f"Cancel {SMALL}")).to_be_visible()
    form.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_text("Will be canceled on")).to_be_visible()


def test_an_unknown_subscription_is_said_to_be_unknown(page: Page) -> None:
    page.goto("/subscriptions/00000000-0000-4000-8000-000000000000")
    expect(page.get_by_text("There is no such subscription")).to_be_visible()
