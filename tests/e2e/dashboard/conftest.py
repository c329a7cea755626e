"""One local cloud and catalogue for all tests of the dashboard, and a browser for each module.

The browser's event loop is in the way of tests that start one, so it is closed after each module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from local.cloud import LocalCloud
from tests.support.engines.browser import collect_console_errors, open_browser
from tests.support.engines.clouds import open_client, start_cloud
from tests.support.scenarios.http_plans import sell_plans

TIMEOUT_MILLISECONDS = 45_000

CreateCustomer = Callable[..., dict[str, Any]]


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with start_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="package")
def client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """Calls the API as a second person, or to prepare what a page shows."""
    with open_client(cloud) as client:
        sell_plans(client)
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)
    with open_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, cloud: LocalCloud, client: httpx.Client) -> Iterator[Page]:
    """A page of the dashboard. A test fails if the page has written an error to its console."""
    context = browser.new_context(base_url=cloud.url, viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    errors = collect_console_errors(page)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def create_customer(client: httpx.Client) -> CreateCustomer:
    """Creates a customer with an identifier of its own, unless it is given."""

    def create(name: str = "Marisol Quint", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - as the API
        body = {"name": name, "customerId": f"acct-{uuid4().hex[:12]}", **fields}
        answer = client.post("/customers/", json=body)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    return create
