"""A customer's page, as the guide describes it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from parity.core.times import now
from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import LARGE, SMALL, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]


@pytest.fixture
def customer(create_customer: CreateCustomer) -> dict[str, Any]:
    return create_customer("Isolde Grant", email="isolde@example.com", billingId="cus_123")


@pytest.fixture
def path(customer: dict[str, Any]) -> str:
    return f"/customers/{customer['customerId']}"


@pytest.fixture
def subscription(client: httpx.Client, customer: dict[str, Any]) -> dict[str, Any]:
    return subscribe_customer(client, customer["customerId"])


def open_subscription_action(page: Page, path: str, action: str) -> None:
    page.goto(path)
    page.get_by_role("button", name=f"Actions for {LARGE}").click()
    page.get_by_role("menuitem", name=action).click()


def test_the_head_has_who_the_customer_is(page: Page, customer: dict[str, Any], path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name="Isolde Grant")).to_be_visible()
    expect(page.get_by_text("Active")).to_be_visible()
    facts = page.locator("dl")
    expect(facts).to_contain_text(customer["customerId"])
    expect(facts).to_contain_text("cus_123")
    created = facts.locator("time").first
    expect(created).to_have_text(re.compile("just now|minute"))
    created.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("UTC")


@pytest.mark.parametrize(
    ("button", "copied"), [("Copy email", "isolde@example.com"), ("Copy billing ID", "cus_123")]
)
def test_what_is_needed_elsewhere_can_be_copied(page: Page, path: str, button: str, copied: str) -> None:
    page.goto(path)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("button", name="copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == copied


def test_an_unknown_customer_is_said_to_be_unknown(page: Page) -> None:
    page.goto("/customers/nobody-at-all")
    expect(page.get_by_text("No customer has the identifier nobody-at-all.")).to_be_visible()


def test_a_customer_without_subscriptions_gets_one(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_text("No current subscription")).to_be_visible()
    page.get_by_role("button", name="Add subscription").click()
    form = page.get_by_role("dialog", name="Add subscription")
    form.get_by_label("Plan").select_option(SMALL)
    form.get_by_label("Price").select_option("YEARLY")
    form.get_by_role("button", name="Add").click()
    row = page.get_by_role("table", name="Current subscriptions").get_by_role("row").nth(1)
    expect(row).to_contain_text("Version 1")
    expect(row).to_contain_text("$200.00 per year")
    expect(row).to_contain_text("Active")
    assert row.locator("time").count() >= 2


@pytest.mark.usefixtures("subscription")
def test_a_change_is_previewed_feature_by_feature_planned_and_undone(page: Page, path: str) -> None:
    open_subscription_action(page, path, "Change")
    form = page.get_by_role("dialog", name=f"Change {LARGE}")
    form.get_by_label("Plan").select_option(SMALL)
    form.get_by_label("Price").select_option("MONTHLY")
    form.get_by_label("At the end of the period").check()
    changes = form.get_by_role("table", name="What changes")
    expect(changes.get_by_role("row").filter(has_text="e2e-seats")).to_contain_text("103")
    expect(changes.get_by_role("row").filter(has_text="e2e-sso")).to_contain_text("IncludedNone")
    form.get_by_role("button", name="Change").click()
    expect(page.get_by_text(f"Will change to {SMALL}, per month")).to_be_visible()
    page.get_by_role("button", name=f"Actions for {LARGE}").click()
    page.get_by_role("menuitem", name="Undo").click()
    expect(page.get_by_text(f"Will change to {SMALL}, per month")).to_be_hidden()


@pytest.mark.usefixtures("subscription")
def test_a_subscription_is_canceled_at_the_end_of_its_period_or_at_once(page: Page, path: str) -> None:
    open_subscription_action(page, path, "Cancel")
    form = page.get_by_role("dialog", name=f"Cancel {LARGE}")
    expect(form.get_by_label("At the end of the period")).to_be_checked()
    form.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_text("Will be canceled on")).to_be_visible()
    open_subscription_action(page, path, "Cancel")
    form.get_by_label("Now: access ends at once").check()
    form.get_by_role("button", name="Cancel subscription").click()
    past = page.get_by_role("table", name="Past subscriptions")
    expect(past.get_by_role("row").filter(has_text="Canceled")).to_be_visible()
    expect(page.get_by_text("No current subscription")).to_be_visible()


def test_a_trial_says_how_many_days_are_left(
    page: Page, client: httpx.Client, customer: dict[str, Any], path: str
) -> None:
    trial_end = (now() + timedelta(days=9, hours=12)).isoformat()
    subscribe_customer(client, customer["customerId"], trialEnd=trial_end)
    page.goto(path)
    expect(page.get_by_text(re.compile(r"(9|10) days left"))).to_be_visible()


@pytest.mark.usefixtures("subscription")
def test_entitlements_say_how_much_is_left_and_where_it_comes_from(
    page: Page, client: httpx.Client, customer: dict[str, Any], path: str
) -> None:
    usage = {"customerId": customer["customerId"], "featureId": "e2e-exports", "value": 150}
    assert client.post("/report/usage/", json={**usage, "behaviour": "DELTA"}).status_code == 200
    page.goto(path)
    page.get_by_role("tab", name="Entitlements").click()
    expect(page).to_have_url(re.compile("tab=entitlements"))
    table = page.get_by_role("table", name="Entitlements")
    exports = table.get_by_role("row").filter(has_text="e2e-exports")
    for text in (
        "150 of 200",
        "50 left, hard limit",
        "Resets ",
        "Metered",
        f"Plan {LARGE} v1: 200 per month",
    ):
        expect(exports).to_contain_text(text)
    expect(table.get_by_role("row").filter(has_text="e2e-calls")).to_contain_text("soft limit")
    expect(table.get_by_role("row").filter(has_text="e2e-tokens")).to_contain_text("unlimited")
    expect(table.get_by_role("row").filter(has_text="e2e-sso")).to_contain_text("On")


@pytest.mark.usefixtures("subscription")
def test_a_grant_and_an_override_are_added_and_removed(page: Page, path: str) -> None:
    page.goto(f"{path}?tab=entitlements")
    exports = page.get_by_role("table", name="Entitlements").get_by_role("row").filter(has_text="e2e-exports")
    page.get_by_role("button", name="Add grant").click()
    form = page.get_by_role("dialog", name="Add grant")
    form.get_by_label("Feature").select_option("e2e-exports")
    form.get_by_label("How much more").fill("30")
    form.get_by_label("Note").fill("Sorry for Monday")
    form.get_by_role("button", name="Add").click()
    expect(exports).to_contain_text("0 of 230")
    expect(exports).to_contain_text("Sorry for Monday")
    page.get_by_role("button", name="Set override").click()
    form = page.get_by_role("dialog", name="Set override")
    form.get_by_label("Feature").select_option("e2e-exports")
    form.get_by_label("Value").fill("5")
    form.get_by_role("button", name="Set").click()
    expect(exports).to_contain_text("Override: 5")
    exports.get_by_role("button", name="Remove the override of e2e-exports").click()
    expect(exports).to_contain_text("0 of 230")
    exports.get_by_role("button", name="Remove the grant of e2e-exports").click()
    expect(exports).to_contain_text("0 of 200")


@pytest.mark.usefixtures("subscription")
@pytest.mark.parametrize(
    ("form_name", "amount", "submit"),
    [("Add grant", "How much more", "Add"), ("Set override", "Value", "Set")],
)
def test_what_the_api_refuses_of_a_grant_or_an_override_is_said_at_its_field(
    page: Page, path: str, form_name: str, amount: str, submit: str
) -> None:
    page.goto(f"{path}?tab=entitlements")
    page.get_by_role("button", name=form_name).click()
    form = page.get_by_role("dialog", name=form_name)
    form.get_by_label("Feature").select_option("e2e-exports")
    form.get_by_label(amount).fill("5")
    form.get_by_label("Expires").fill("2020-01-01")
    form.get_by_role("button", name=submit).click()
    expect(form.get_by_label("Expires")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("Must be in the future.")).to_be_visible()
    expect(form.get_by_role("alert")).to_be_hidden()
    form.get_by_label("Expires").fill("")
    form.get_by_role("button", name=submit).click()
    expect(form).to_be_hidden()


@pytest.mark.usefixtures("subscription")
def test_entitlements_are_shown_as_of_any_moment_which_is_in_the_url(page: Page, path: str) -> None:
    page.goto(f"{path}?tab=entitlements")
    table = page.get_by_role("table", name="Entitlements")
    expect(table).to_contain_text("e2e-exports")
    page.get_by_label("As of").fill("2020-01-01T12:00")
    expect(page.get_by_text("No entitlements")).to_be_visible()
    expect(page).to_have_url(re.compile(r"at=.*2020-01-01T"))
    page.reload()
    expect(page.get_by_label("As of")).to_have_value("2020-01-01T12:00")
    expect(page.get_by_text("No entitlements")).to_be_visible()
    page.get_by_role("button", name="Show what applies now").click()
    expect(table).to_contain_text("e2e-exports")
    page.goto(f"{path}?tab=entitlements&at=whenever")
    expect(table).to_contain_text("e2e-exports")


def test_an_override_can_take_a_feature_away_and_the_page_says_why(
    page: Page, client: httpx.Client, customer: dict[str, Any], path: str
) -> None:
    subscribe_customer(client, customer["customerId"])
    overrides = f"/customers/{customer['customerId']}/overrides"
    assert client.put(f"{overrides}/e2e-sso/", json={"value": False}).is_success
    page.goto(f"{path}?tab=entitlements")
    row = page.get_by_role("table", name="Entitlements").get_by_role("row").filter(has_text="e2e-sso")
    expect(row).to_contain_text("No access. An override takes it away.")


@pytest.mark.usefixtures("subscription")
def test_usage_has_a_graph_a_table_and_a_file_and_its_view_is_in_the_url(
    page: Page, client: httpx.Client, customer: dict[str, Any], path: str, tmp_path: Path
) -> None:
    usage = {"customerId": customer["customerId"], "featureId": "e2e-exports", "value": 12}
    assert client.post("/report/usage/", json={**usage, "behaviour": "DELTA"}).status_code == 200
    page.goto(f"{path}?tab=usage&feature=e2e-exports")
    page.get_by_label("Range").select_option("7d")
    page.get_by_label("Per").select_option("WINDOW")
    expect(page).to_have_url(re.compile("range=7d.*interval=WINDOW"))
    page.reload()
    expect(page.get_by_label("Per")).to_have_value("WINDOW")
    expect(page.get_by_role("figure", name="Usage of e2e-exports over time")).to_be_visible()
    expect(page.get_by_text("As of")).to_be_visible()
    page.get_by_role("button", name="Refresh").click()
    row = page.get_by_role("table", name="Usage").get_by_role("row").nth(1)
    expect(row).to_contain_text("12200")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    saved = tmp_path / "usage.csv"
    download.value.save_as(saved)
    lines = saved.read_text().splitlines()
    assert lines[0] == "start,end,value,rolledOver,limit"
    assert lines[-1].endswith(",12,0,200")
