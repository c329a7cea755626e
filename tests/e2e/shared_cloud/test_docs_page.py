"""The API's documentation in the running cloud, as a browser sees it."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support import ROOT
from tests.support.engines.browser import needs_chromium, open_browser

METHODS = {"get", "post", "put", "patch", "delete"}


def list_operations() -> set[tuple[str, str]]:
    """Method and path of each operation in the committed description."""
    paths = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    return {(method, path) for path, item in paths.items() for method in METHODS & item.keys()}


def test_the_page_and_all_that_it_names_come_from_the_cloud_itself(url: str) -> None:
    page = httpx.get(f"{url}/docs").text
    references = re.findall(r'(?:src|href|url)(?:=|: ?)"([^"]*)"', page)
    assert references
    for reference in references:
        assert reference.startswith(("/docs/", "data:"))
        if reference.startswith("/"):
            assert httpx.get(url + reference).status_code == 200
    assert "//" not in re.sub(r"<!--.*?-->", "", page)
    style = httpx.get(f"{url}/docs/swagger-ui.css").text
    loaded = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", style)
    assert [found for pair in loaded for found in pair if found and not found.startswith("data:")] == []


def test_the_description_served_is_the_committed_one_for_this_address(url: str) -> None:
    served = httpx.get(f"{url}/docs/openapi.json").json()
    committed = json.loads((ROOT / "docs/openapi.json").read_text())
    assert urlsplit(served.pop("servers")[0]["url"])[:2] == urlsplit(url)[:2]
    committed.pop("servers")
    assert served == committed


@pytest.mark.slow
@needs_chromium
def test_a_person_can_authorize_and_try_an_operation_in_the_page(url: str, key: str) -> None:
    with open_browser() as browser:
        page = browser.new_page()
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(f"{url}/docs")
        blocks = page.locator(".opblock")
        blocks.first.wait_for()
        shown = blocks.evaluate_all(
            "blocks => blocks.map(block => ["
            "block.querySelector('.opblock-summary-method').textContent.toLowerCase(),"
            "block.querySelector('.opblock-summary-path').dataset.path])"
        )
        assert {(method, path) for method, path in shown} == list_operations()

        page.locator(".btn.authorize").click()
        page.locator(".auth-container input").first.fill(key)
        page.locator(".auth-btn-wrapper .authorize").first.click()
        page.locator(".btn-done").first.click()
        assert page.locator(".btn.authorize.locked").count() == 1

        block = page.locator("[id$=listCustomers]")
        block.locator(".opblock-summary-control").click()
        block.locator(".execute").click()
        answered = block.locator(".live-responses-table")
        answered.wait_for()
        assert answered.locator("tbody .response-col_status").first.inner_text().strip().startswith("200")
        assert '"countIsExact": true' in answered.inner_text()
        assert {urlsplit(address)[:2] for address in requested if address[:5] != "data:"} == {
            urlsplit(url)[:2]
        }
