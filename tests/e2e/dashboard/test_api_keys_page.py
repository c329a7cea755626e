"""The page of API keys: what is listed, a new key that is shown once, and revoking."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from local.cloud import LocalCloud
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]


@pytest.fixture
def name() -> str:
    return f"Billing {uuid4().hex[:8]}"


def test_a_new_key_is_shown_once_works_and_is_revoked(
    page: Page, cloud: LocalCloud, client: httpx.Client, name: str
) -> None:
    page.goto("/api-keys")
    page.get_by_role("button", name="New key").click()
    form = page.get_by_role("dialog", name="Create API key")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Read-only").check()
    form.get_by_role("button", name="Create", exact=True).click()
    created = page.get_by_role("dialog", name=f"{name} was created")
    key = created.get_by_role("group", name="API key").inner_text()
    assert key.startswith("rk_")
    created.get_by_role("button", name="Copy").click()
    expect(created.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == key
    created.get_by_role("button", name="Done").click()
    row = page.get_by_role("table", name="API keys", exact=True).get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(f"{key[:7]}…{key[-4:]}")
    expect(row).to_contain_text("Read-only")
    expect(page.get_by_text(key)).to_be_hidden()
    answer = httpx.get(f"{cloud.url}/api/v1/customers", headers={"Authorization": f"Bearer {key}"})
    assert answer.is_success
    row.get_by_role("button", name=f"Revoke {name}").click()
    question = page.get_by_role("dialog", name=f"Revoke {name}")
    question.get_by_role("button", name="Revoke").click()
    revoked = page.get_by_role("table", name="Revoked API keys").get_by_role("row").filter(has_text=name)
    expect(revoked).to_be_visible()
    keys = client.get("/api-keys/").json()["results"]
    assert [each["revokedOn"] is not None for each in keys if each["name"] == name] == [True]


def test_a_key_that_is_sent_twice_because_its_answer_was_lost_is_created_once_and_said_to_be_lost(
    page: Page, client: httpx.Client, name: str
) -> None:
    lost: list[int] = []

    def lose_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/api-keys", lose_first_answer)
    page.goto("/api-keys")
    expect(page.get_by_role("table", name="API keys", exact=True)).to_be_visible()
    page.keyboard.press("n")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text("The key was lost")).to_be_visible()
    assert lost == [201]
    assert [key["name"] for key in client.get("/api-keys/").json()["results"]].count(name) == 1


def test_the_key_that_the_page_runs_with_cannot_be_revoked_there(page: Page, cloud: LocalCloud) -> None:
    key = httpx.get(f"{cloud.url}/config.json").json()["key"]
    page.goto("/api-keys")
    table = page.get_by_role("table", name="API keys", exact=True)
    row = table.get_by_role("row").filter(has_text=f"{key[:7]}…{key[-4:]}")
    expect(row).to_contain_text("Used by this page")
    expect(row.get_by_role("button")).to_have_count(0)


def test_a_key_needs_a_name(page: Page) -> None:
    page.goto("/api-keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text("A key needs a name.")).to_be_visible()


def test_keys_that_cannot_be_read_say_why_and_are_tried_again(page: Page) -> None:
    refusal = {
        "detail": "This key may not do that.",
        "code": "forbidden",
        "status": 403,
        "title": "Forbidden",
    }
    page.route("**/api/v1/api-keys", lambda route: route.fulfill(status=403, json=refusal))
    page.goto("/api-keys")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("The keys cannot be shown")
    expect(notice).to_contain_text("This key may not do that.")
    page.unroute("**/api/v1/api-keys")
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table", name="API keys", exact=True)).to_be_visible()
