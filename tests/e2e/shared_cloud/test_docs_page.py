"""The API's documentation in the running cloud, as a browser sees it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support import ROOT
from tests.support.engines import chromium

needs_chromium = pytest.mark.skipif(chromium.find_chromium() is None, reason="Chromium is not installed")

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
def test_a_person_can_authorize_and_try_an_operation_in_the_page(url: str, key: str, tmp_path: Path) -> None:
    with chromium.open_page(tmp_path) as page:
        page.open(f"{url}/docs")
        page.wait_for("document.querySelectorAll('.opblock').length > 0")
        shown = page.evaluate(
            "[...document.querySelectorAll('.opblock')].map(block => ["
            "block.querySelector('.opblock-summary-method').textContent.toLowerCase(),"
            "block.querySelector('.opblock-summary-path').dataset.path])"
        )
        assert {(method, path) for method, path in shown} == list_operations()

        page.evaluate("document.querySelector('.btn.authorize').click()")
        page.wait_for("document.querySelector('.auth-container input')")
        page.evaluate(
            "(input => {"
            "Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, "
            f"{json.dumps(key)});"
            "input.dispatchEvent(new Event('input', {bubbles: true}));"
            "})(document.querySelector('.auth-container input'))"
        )
        page.evaluate("document.querySelector('.auth-btn-wrapper .authorize').click()")
        page.wait_for("document.querySelector('.btn.authorize.locked')")
        page.evaluate("document.querySelector('.btn-done').click()")

        block = "document.querySelector('[id$=listCustomers]')"
        page.evaluate(f"{block}.querySelector('.opblock-summary-control').click()")
        page.wait_for(f"{block}.querySelector('.execute')")
        page.evaluate(f"{block}.querySelector('.execute').click()")
        page.wait_for(f"{block}.querySelector('.live-responses-table .response-col_status')")
        answered = f"{block}.querySelector('.live-responses-table')"
        status = page.evaluate(f"{answered}.querySelector('tbody .response-col_status').textContent.trim()")
        (tmp_path / "page.png").write_bytes(base64.b64decode(page.screenshot()))
        assert status == "200", f"see {tmp_path / 'page.png'}"
        assert '"countIsExact": true' in page.evaluate(f"{answered}.textContent")
        assert {urlsplit(requested)[:2] for requested in page.requested if requested[:5] != "data:"} == {
            urlsplit(url)[:2]
        }
