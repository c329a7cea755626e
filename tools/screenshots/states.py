"""The main states of the dashboard, each with how it is reached."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tools.screenshots.camera import TIMEOUT_MILLISECONDS, State


def create_customer(page: Page) -> None:
    page.get_by_role("button", name="New customer").click()
    page.get_by_label("Customer name").fill("Zoë’s Bäckerei")  # noqa: RUF001 - as people type it
    page.get_by_label("Email address").fill("zoe@example.com")
    identifier = page.get_by_role("textbox", name="Identifier")
    expect(identifier).not_to_have_value("", timeout=TIMEOUT_MILLISECONDS)


def refuse_archive(page: Page) -> None:
    page.get_by_role("button", name="Actions for").first.click()
    page.get_by_role("menuitem", name="Archive").click()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("dialog").get_by_role("alert").wait_for()


def change_subscription(page: Page) -> None:
    page.get_by_role("button", name="Actions for").last.click()
    page.get_by_role("menuitem", name="Change").click()
    page.get_by_label("Plan").select_option("enterprise")
    page.get_by_label("Price").select_option("YEARLY")
    page.get_by_role("table", name="What changes").wait_for()


def open_first_subscription(page: Page) -> None:
    page.get_by_role("table", name="Current subscriptions").get_by_role("link").first.click()
    page.get_by_text("Subscription ID").wait_for()


USAGE = "/customers/acme?tab=usage&feature=ai-tokens&range=7d"
STATES = (
    State("customers", "/customers", is_dark=True, is_short=True),
    State("create-customer", "/customers", create_customer, is_short=True),
    State("customer-subscriptions", "/customers/jose-angel"),
    State("customer-entitlements", "/customers/acme?tab=entitlements"),
    State("customer-usage", USAGE, is_dark=True),
    State("customer-activity", "/customers/jose-angel?tab=activity"),
    State("customer-empty", "/customers/no-plan-yet"),
    State("customer-archive-refused", "/customers/acme", refuse_archive, is_short=True),
    State("long-and-rtl-names", "/customers?search=hard"),
    State("customer-rtl", "/customers/hard-arabic"),
    State("huge-and-zero", "/customers/numbers?tab=entitlements"),
    State("change-subscription", "/customers/senor-cafe", change_subscription),
    State("subscription", "/customers/senor-cafe", open_first_subscription),
    State("plans", "/plans"),
    State("plan", "/plans/team"),
    State("plan-versions", "/plans/team?tab=compare"),
    State("feature", "/features/ai-tokens"),
    State("alerts", "/alerts"),
    State("webhooks", "/webhooks"),
    State("api-keys", "/api-keys"),
)
