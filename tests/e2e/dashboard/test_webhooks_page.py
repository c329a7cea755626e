"""The page of webhooks: endpoints with their secrets, test events, and the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from standardwebhooks import Webhook

from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.fakes.receivers import Receiver, in_turn, respond, run_receiver

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Refuses the first event, and takes those after it."""
    with run_receiver(
        in_turn(respond("500 Internal Server Error", b"not today"), *[respond()] * 50)
    ) as receiver:
        yield receiver


def choose(page: Page, row: Locator, action: str) -> None:
    row.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name=action).click()


def test_an_endpoint_gets_a_test_event_that_is_sent_again_and_is_deleted(
    page: Page, client: httpx.Client, receiver: Receiver
) -> None:
    page.goto("/webhooks")
    page.get_by_role("button", name="New endpoint").click()
    form = page.get_by_role("dialog", name="Create an endpoint")
    form.get_by_label("URL").fill(receiver.url)
    form.get_by_role("button", name="Create", exact=True).click()
    created = page.get_by_role("dialog", name="The endpoint was created")
    secret = created.get_by_role("group", name="Secret").inner_text()
    created.get_by_role("button", name="Done").click()
    row = page.get_by_role("table", name="Endpoints").get_by_role("row").filter(has_text=receiver.url)
    expect(row).to_contain_text("Enabled")
    expect(page.get_by_text(secret)).to_be_hidden()

    choose(page, row, "Send a test event")
    entry = page.get_by_role("table", name="Log").get_by_role("row").filter(has_text="webhook.test").first
    expect(entry).to_contain_text("Failed")
    entry.get_by_role("button", name="Details").click()
    details = page.get_by_role("dialog", name="webhook.test")
    expect(details.get_by_role("list", name="Attempts")).to_contain_text("Answered 500")
    expect(details).to_contain_text("not today")
    details.get_by_role("button", name="Send again").click()
    expect(details.get_by_role("list", name="Attempts")).to_contain_text("Answered 200")
    page.keyboard.press("Escape")
    expect(entry).to_contain_text("Delivered")
    body, headers = receiver.received[-1].body, receiver.received[-1].headers
    assert Webhook(secret).verify(body, headers) == json.loads(body)

    choose(page, row, "Delete")
    page.get_by_role("dialog", name="Delete the endpoint").get_by_role("button", name="Delete").click()
    expect(row).to_be_hidden()
    listed = client.get("/webhook-endpoints/").json()["results"]
    assert receiver.url not in {endpoint["url"] for endpoint in listed}


def test_an_endpoint_is_edited_disabled_and_gets_another_secret(
    page: Page, client: httpx.Client, receiver: Receiver
) -> None:
    created = client.post("/webhook-endpoints/", json={"url": receiver.url}).json()
    page.goto("/webhooks")
    row = page.get_by_role("table", name="Endpoints").get_by_role("row").filter(has_text=receiver.url)
    choose(page, row, "Edit")
    form = page.get_by_role("dialog", name="Edit the endpoint")
    form.get_by_label("Description").fill("The shop")
    form.get_by_role("switch", name="All events").click()
    form.get_by_role("switch", name="customer.created").click()
    form.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("The shop")
    expect(row).to_contain_text("1 of 7")
    choose(page, row, "Replace the secret")
    page.get_by_role("dialog", name="Replace the secret").get_by_role("button", name="Replace").click()
    replaced = page.get_by_role("dialog", name="The secret was replaced")
    assert replaced.get_by_role("group", name="Secret").inner_text() != created["secret"]
    replaced.get_by_role("button", name="Done").click()
    choose(page, row, "Disable")
    expect(row).to_contain_text("Disabled")
    shown = client.get(f"/webhook-endpoints/{created['id']}/").json()
    assert (shown["description"], shown["eventTypes"]) == ("The shop", ["customer.created"])
    assert (shown["enabled"], shown["disabledReason"]) == (False, "BY_HAND")
    assert shown["previousSecretUntil"]
    client.delete(f"/webhook-endpoints/{created['id']}/")


def test_a_url_that_may_not_be_an_endpoint_is_explained_in_the_form(page: Page) -> None:
    page.goto("/webhooks")
    page.get_by_role("button", name="New endpoint").click()
    form = page.get_by_role("dialog", name="Create an endpoint")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_text("An endpoint needs a URL.")).to_be_visible()
    form.get_by_label("URL").fill("https://10.0.0.1/")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("a domain name and not an address")


def test_a_log_that_shows_nothing_says_where_there_may_be_something(page: Page) -> None:
    page.goto("/webhooks?endpoint=we_deleted&success=false")
    page.get_by_role("button", name="Show all deliveries").click()
    expect(page.get_by_label("Outcome")).to_have_value("")
    expect(page.get_by_label("Endpoint")).to_have_value("")
    link = "https://api.example.com/api/v1/webhook/logs?cursor=older"
    empty: dict[str, Any] = {"results": [], "next": link, "previous": None}
    page.route("**/api/v1/webhook/logs?*", lambda route: route.fulfill(json=empty))
    page.get_by_label("Outcome").select_option("Not delivered")
    expect(page.get_by_text("There may be older ones on the pages that follow.")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_enabled()
