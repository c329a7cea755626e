"""The pages of the plans: drafts, publishing, versions side by side, migrations."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine, wait_until
from tests.support.scenarios.http_plans import draft_plan, publish_plan, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

EXPORTS = {"e2e-exports": {"value": 200, "reset": "EVERY_MONTH"}}


@pytest.fixture
def plan() -> str:
    """The identifier of a plan that no other test has."""
    return f"p{uuid4().hex[:10]}"


def open_feature(page: Page, feature: str, action: str) -> Locator:
    page.get_by_role("button", name=f"Actions for {feature}").click()
    page.get_by_role("menuitem", name=action).click()
    return page.get_by_role("dialog")


def open_action(page: Page, plan: str, action: str) -> Locator:
    page.get_by_role("button", name=f"Actions for {plan}").click()
    page.get_by_role("menuitem", name=action).click()
    return page.get_by_role("dialog")


def read_details(client: httpx.Client, plan: str, version: int) -> dict[str, dict[str, object]]:
    path = f"/catalog/plans/{plan}/features/"
    answer = client.get(path, params={"version": version}).json()
    return {each["feature"]: each["details"] for each in answer["results"]}


def test_a_plan_is_created_given_a_feature_and_a_price_and_published(
    page: Page, client: httpx.Client, plan: str
) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Plans").click()
    page.get_by_role("button", name="New plan").click()
    form = page.get_by_role("dialog", name="Create plan")
    form.get_by_label("Plan name").fill(f"Name of {plan}")
    form.get_by_label("Identifier").fill(plan)
    form.get_by_role("button", name="Create", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/plans/{plan}$"))
    page.get_by_role("button", name="Add feature").click()
    form = page.get_by_role("dialog", name="Add feature")
    form.get_by_label("Feature").select_option("e2e-exports")
    form.get_by_role("textbox", name="Limit").fill("200")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("table", name="Features")).to_contain_text("200 per month")
    page.get_by_role("button", name="Edit prices").click()
    form = page.get_by_role("dialog", name="Edit prices")
    form.get_by_label("Amount").fill("20")
    form.get_by_label("Trial in days").fill("14")
    form.get_by_role("button", name="Update").click()
    expect(page.get_by_role("table", name="Prices")).to_contain_text("$20.00")
    page.get_by_role("button", name="Publish").click()
    form = page.get_by_role("dialog", name="Publish version 1")
    expect(form.get_by_role("table")).to_contain_text("$20.00 per month")
    form.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text(f"Version 1 of Name of {plan} is sold now.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Version")).to_have_value("1")
    assert client.get(f"/catalog/plans/{plan}/").json()["publishedVersion"] == 1


def test_two_versions_are_shown_side_by_side_with_the_difference_in_words(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS | {"e2e-seats": {"value": 3}, "e2e-sso": {"value": True}})
    client.patch(f"/catalog/plans/{plan}/features/e2e-exports/", json={"details": {"value": 500}})
    client.delete(f"/catalog/plans/{plan}/features/e2e-seats/")
    page.goto(f"/plans/{plan}")
    page.get_by_role("tab", name="Compare").click()
    table = page.get_by_role("table", name="Version 1 (sold now) and Version 2 (draft)")
    row = table.get_by_role("row").filter(has_text="e2e-exports")
    expect(row).to_contain_text("Changed")
    assert [cell.split("\n\n")[0] for cell in row.get_by_role("cell").all_inner_texts()] == [
        "200 per month",
        "500 per month",
    ]
    expect(table.get_by_role("row").filter(has_text="e2e-seats")).to_contain_text("Removed")
    page.get_by_label("Only what differs").check()
    expect(table.get_by_role("row").filter(has_text="e2e-sso")).to_be_hidden()
    page.reload()
    expect(table.get_by_role("row").filter(has_text="e2e-seats")).to_be_visible()
    expect(table.get_by_role("row").filter(has_text="e2e-sso")).to_be_hidden()


def test_the_list_says_which_version_is_sold_and_which_is_a_draft(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    client.patch(f"/catalog/plans/{plan}/features/e2e-exports/", json={"details": {"value": 500}})
    page.goto(f"/plans?search={plan}")
    row = page.get_by_role("row").filter(has_text=plan)
    expect(row).to_be_visible()
    cells = row.get_by_role("cell").all_inner_texts()
    assert cells[1:4] == [plan, "Version 1", "Version 2 (draft)"]
    row.get_by_text("Version 1").click()
    expect(page).to_have_url(re.compile(rf"/plans/{plan}$"))


def test_an_edit_of_what_is_sold_makes_a_draft_and_customers_keep_what_they_have(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    page.goto(f"/plans/{plan}")
    expect(page.get_by_text("An edit makes a draft, version 2.")).to_be_visible()
    form = open_feature(page, "e2e-exports", "Edit")
    form.get_by_role("textbox", name="Limit").fill("500")
    form.get_by_label("Soft").check()
    form.get_by_label("Resets", exact=True).select_option("Every day")
    form.get_by_label("Resets follow").select_option("The subscription")
    form.get_by_label("What is left rolls over").check()
    form.get_by_label("How much of it").fill("50")
    form.get_by_label("At most").fill("100")
    form.get_by_label("Send usage alerts").check()
    form.get_by_label("Thresholds are").select_option("Number that is left")
    form.get_by_role("textbox", name="Thresholds").fill("100, 10")
    form.get_by_role("button", name="Update").click()
    expect(page.get_by_text("e2e-exports was updated in the draft.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Version")).to_have_value("2")
    assert read_details(client, plan, 1)["e2e-exports"]["value"] == 200
    assert read_details(client, plan, 2)["e2e-exports"] == {
        "value": 500,
        "hasUnlimitedUsage": False,
        "hardLimit": False,
        "reset": "EVERY_DAY",
        "resetTime": "SUBSCRIPTION_START",
        "rollover": {"enabled": True, "percentage": 50, "limit": 100},
        "usageAlerts": {"enabled": True, "thresholds": [100, 10], "thresholdType": "BALANCE"},
    }
    page.get_by_role("combobox", name="Version").select_option("Version 1 (sold now)")
    expect(page.get_by_role("table", name="Features")).to_contain_text("200 per month")
    expect(page.get_by_role("button", name="Add feature")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("table", name="Features")).to_contain_text("200 per month")


def test_each_type_of_feature_asks_for_what_it_has(page: Page, client: httpx.Client, plan: str) -> None:
    draft_plan(client, plan, EXPORTS)
    page.goto(f"/plans/{plan}")
    page.get_by_role("button", name="Add feature").click()
    form = page.get_by_role("dialog", name="Add feature")
    form.get_by_label("Feature").select_option("e2e-seats")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form.get_by_text("Say how much the plan gives.")).to_be_visible()
    expect(form.get_by_label("Resets")).to_be_hidden()
    form.get_by_label("Unlimited").check()
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form).to_be_hidden()
    page.get_by_role("button", name="Add feature").click()
    form.get_by_label("Feature").select_option("e2e-sso")
    form.get_by_label("On").uncheck()
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form).to_be_hidden()
    form = open_feature(page, "e2e-exports", "Remove")
    form.get_by_role("button", name="Remove").click()
    expect(form).to_be_hidden()
    details = read_details(client, plan, 1)
    assert set(details) == {"e2e-seats", "e2e-sso"}
    assert details["e2e-seats"]["hasUnlimitedUsage"] is True
    assert details["e2e-sso"]["value"] is False


def test_wrong_prices_are_said_at_their_fields(page: Page, client: httpx.Client, plan: str) -> None:
    draft_plan(client, plan, EXPORTS)
    page.goto(f"/plans/{plan}")
    page.get_by_role("button", name="Edit prices").click()
    form = page.get_by_role("dialog", name="Edit prices")
    form.get_by_role("button", name="Add a price").click()
    third = form.get_by_role("group", name="Price 3")
    third.get_by_label("Charged").select_option("Yearly")
    third.get_by_label("Amount").fill("20.001")
    form.get_by_role("button", name="Update").click()
    expect(form.get_by_text("This period has a price already.")).to_be_visible()
    third.get_by_label("Charged").select_option("Once")
    form.get_by_role("button", name="Update").click()
    amount = third.get_by_label("Amount")
    expect(amount).to_have_accessible_description(re.compile("Must have at most 2 digits"))
    third.get_by_label("Currency").select_option("KWD")
    form.get_by_role("group", name="Price 2").get_by_role("button", name="Remove price 2").click()
    form.get_by_role("button", name="Update").click()
    expect(form).to_be_hidden()
    prices = client.get(f"/catalog/plans/{plan}/prices/").json()["results"]
    assert [(each["chargePeriod"], each["amount"], each["currency"]) for each in prices] == [
        ("MONTHLY", "20.00", "USD"),
        ("ONE_TIME", "20.001", "KWD"),
    ]


def test_the_change_of_a_second_person_is_shown_and_not_overwritten(
    page: Page, client: httpx.Client, plan: str
) -> None:
    draft_plan(client, plan, EXPORTS)
    page.goto(f"/plans/{plan}")
    form = open_feature(page, "e2e-exports", "Edit")
    client.patch(f"/catalog/plans/{plan}/features/e2e-exports/", json={"details": {"value": 777}})
    form.get_by_role("textbox", name="Limit").fill("500")
    form.get_by_role("button", name="Update").click()
    expect(form.get_by_role("alert")).to_contain_text("Somebody else changed this plan meanwhile")
    assert read_details(client, plan, 1)["e2e-exports"]["value"] == 777
    form.get_by_role("button", name="Show the present values").click()
    expect(form.get_by_role("textbox", name="Limit")).to_have_value("777")
    form.get_by_role("textbox", name="Limit").fill("500")
    form.get_by_role("button", name="Update").click()
    expect(form).to_be_hidden()
    assert read_details(client, plan, 1)["e2e-exports"]["value"] == 500


def test_what_somebody_else_changed_is_not_published_unseen(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    client.patch(f"/catalog/plans/{plan}/features/e2e-exports/", json={"details": {"value": 500}})
    page.goto(f"/plans/{plan}")
    page.get_by_role("button", name="Publish").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("table")).to_contain_text("500 per month")
    client.patch(f"/catalog/plans/{plan}/features/e2e-exports/", json={"details": {"value": 777}})
    form.get_by_role("button", name="Publish version 2").click()
    expect(form.get_by_role("alert")).to_contain_text("Somebody else changed this plan meanwhile")
    form.get_by_role("button", name="Show the present values").click()
    expect(form.get_by_role("table")).to_contain_text("777 per month")
    form.get_by_role("button", name="Publish version 2").click()
    expect(form).to_be_hidden()
    assert read_details(client, plan, 2)["e2e-exports"]["value"] == 777


def test_subscribers_are_moved_and_who_stays_behind_is_listed(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    subscribe_customer(client, f"monthly-{plan}", plan)
    yearly = subscribe_customer(client, f"yearly-{plan}", plan, charge_period="YEARLY")
    price = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "25.00", "currency": "USD"}
    client.post(f"/catalog/plans/{plan}/prices/bulk/", json={"prices": [price]})
    page.goto(f"/plans/{plan}")
    page.get_by_role("button", name="Publish").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Get the features of this version").check()
    form.get_by_label("Get the prices of this version").check()
    form.get_by_role("button", name="Publish version 2").click()
    expect(page).to_have_url(re.compile(r"tab=migration"))
    expect(page.get_by_role("heading", name="Subscribers were moved to version 2")).to_be_visible()
    expect(page.get_by_text("1 of 2 subscribers moved, 1 stayed behind.")).to_be_visible()
    row = page.get_by_role("table", name="Who stayed behind").get_by_role("row").last
    expect(row).to_contain_text(yearly["id"])
    expect(row).to_contain_text("Version 2 has no price for YEARLY")


def test_a_running_migration_is_watched_and_holds_back_the_next_version(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    publish_again = f"/catalog/plans/{plan}"
    client.patch(f"{publish_again}/features/e2e-exports/", json={"details": {"value": 500}})
    client.post(f"{publish_again}/publish/", json={"updateFeatures": True})
    path = f"{publish_again}/migrations/2/"
    wait_until(lambda: client.get(path).json()["status"] == "completed")
    running = client.get(path).json() | {"status": "running", "total": 4_000, "done": 1_000, "failed": 1}
    page.route("**/migrations/2", lambda route: route.fulfill(json=running))
    page.goto(f"/plans/{plan}?tab=migration")
    expect(page.get_by_text("1,000 of 4,000 subscribers moved, 1 stayed behind.")).to_be_visible()
    running |= {"status": "completed", "done": 3_999}
    expect(page.get_by_text("3,999 of 4,000 subscribers moved, 1 stayed behind.")).to_be_visible()


def test_a_draft_is_discarded_and_a_plan_that_is_nothing_else_goes_with_it(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    client.patch(f"/catalog/plans/{plan}/", json={"description": "Not now"})
    page.goto(f"/plans/{plan}")
    question = open_action(page, plan, "Discard draft")
    question.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("The draft was discarded.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Version")).to_have_value("1")
    draft_plan(client, f"{plan}-new", EXPORTS)
    page.goto(f"/plans/{plan}-new")
    question = open_action(page, f"{plan}-new", "Discard draft")
    question.get_by_role("button", name="Discard").click()
    expect(page).to_have_url(re.compile(r"/plans$"))
    expect(page.get_by_text(f"{plan}-new was discarded.")).to_be_visible()
    assert client.get(f"/catalog/plans/{plan}-new/").status_code == 404


def test_an_archived_plan_is_shown_and_cannot_be_changed(page: Page, client: httpx.Client, plan: str) -> None:
    publish_plan(client, plan, EXPORTS)
    page.goto(f"/plans/{plan}")
    question = open_action(page, plan, "Archive")
    question.get_by_role("button", name="Archive").click()
    expect(page.get_by_text(f"{plan} was archived.")).to_be_visible()
    expect(page.get_by_text("The plan is archived: subscribers keep it")).to_be_visible()
    expect(page.get_by_role("button", name="Edit prices")).to_be_hidden()
    expect(page.get_by_role("button", name=f"Actions for {plan}")).to_be_hidden()


def test_a_plan_is_edited_by_keyboard_alone(page: Page, client: httpx.Client, plan: str) -> None:
    page.goto("/plans")
    expect(page.get_by_role("table")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_label("Plan name")).to_be_focused()
    page.keyboard.type(f"Typed {plan}")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Typed {plan} was created, as a draft.")).to_be_visible()
    page.get_by_role("button", name="Edit prices").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Amount").focus()
    page.keyboard.type("12.50")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Prices")).to_contain_text("$12.50")


def test_an_unknown_plan_and_version_have_a_way_on(page: Page, client: httpx.Client, plan: str) -> None:
    page.goto("/plans/no-such-plan")
    page.get_by_role("link", name="Go to the plans").click()
    expect(page.get_by_role("heading", name="Plans")).to_be_visible()
    publish_plan(client, plan, EXPORTS)
    page.goto(f"/plans/{plan}?version=99")
    expect(page.get_by_role("combobox", name="Version")).to_have_value("1")


def test_a_version_says_how_many_live_subscribers_it_has_and_a_list_of_plans_asks_for_none(
    page: Page, client: httpx.Client, plan: str
) -> None:
    publish_plan(client, plan, EXPORTS)
    for number in range(2):
        subscribe_customer(client, f"{plan}-{number}", plan)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/subscribers" in request.url else None)
    page.goto(f"/plans?search={plan}")
    expect(page.get_by_role("row")).to_have_count(2)
    assert asked == []
    page.get_by_role("link", name=plan).click()
    expect(page.get_by_text("2 live subscribers")).to_be_visible()
    assert len(asked) == 1
    client.patch(f"/catalog/plans/{plan}/", json={"description": "Second"})
    page.reload()
    expect(page.get_by_text("Customers get nothing of a draft")).to_be_visible()
    expect(page.get_by_text("live subscriber")).to_be_hidden()
