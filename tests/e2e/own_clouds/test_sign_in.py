"""People sign in to the dashboard: out, in, elsewhere, for too long, in no group, and only to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from local.cloud import LocalCloud
from tests.support.engines.browser import (
    collect_console_errors,
    expect_accessible,
    needs_chromium,
    needs_dashboard,
    open_axe_page,
    open_browser,
)
from tests.support.engines.clouds import open_client, start_cloud
from tests.support.engines.issuer import Issuer, start_issuer
from tests.support.engines.processes import needs_engine

pytestmark = [
    needs_engine,
    needs_chromium,
    needs_dashboard,
    pytest.mark.slow,
    pytest.mark.usefixtures("customer"),
]

ANN, BEN, EVE = "ann@example.com", "ben@example.com", "eve@example.com"
TIMEOUT_MILLISECONDS = 45_000
API = re.compile(r"/api/v1/")


@pytest.fixture(scope="module")
def running_issuer() -> Iterator[Issuer]:
    with start_issuer({}) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, running_issuer: Issuer) -> Iterator[LocalCloud]:
    with start_cloud(tmp_path_factory.mktemp("cloud"), running_issuer.sign_in) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def customer(cloud: LocalCloud) -> str:
    with open_client(cloud) as client:
        body = {"name": "Marisol Quint", "customerId": f"acct-{uuid4().hex[:8]}"}
        assert client.post("/customers/", json=body).status_code == 201
    return body["customerId"]


@pytest.fixture
def issuer(running_issuer: Issuer) -> Issuer:
    """Knows an admin, a reader, and somebody who is in no group."""
    running_issuer.people = {ANN: ["admin"], BEN: ["read"], EVE: []}
    running_issuer.lifetime_seconds, running_issuer.is_refusing, running_issuer.renewals = 900, False, 0
    return running_issuer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, cloud: LocalCloud, issuer: Issuer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=cloud.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. A test fails if the page has written an error to its console."""
    page = context.new_page()
    errors = collect_console_errors(page)
    yield page
    assert errors == []


def sign_in(page: Page, email: str, path: str = "/customers") -> None:
    page.goto(path)
    continue_as(page, email)


def continue_as(page: Page, email: str) -> None:
    """From the page that says to sign in, by way of the issuer's own."""
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    """By way of the issuer, which leads back to the start page."""
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)


def expect_signed_out(page: Page, reason: str | None = None) -> None:
    expect(page.get_by_role("heading", name="Sign in to Parity")).to_be_visible()
    if reason:
        expect(page.get_by_text(reason)).to_be_visible()


def test_whoever_signs_in_gets_to_the_page_that_was_asked_for(
    page: Page, cloud: LocalCloud, customer: str
) -> None:
    asked = f"/customers/{customer}?tab=usage"
    sign_in(page, ANN, asked)
    expect(page.get_by_role("heading", name="Marisol Quint")).to_be_visible()
    assert page.url.startswith(f"{cloud.url}{asked}")
    expect(page.get_by_title(f"Signed in as {ANN}")).to_be_visible()
    expect(page.get_by_text("Read only")).not_to_be_visible()


def test_the_page_calls_the_api_with_the_persons_token_and_knows_no_key(
    page: Page, cloud: LocalCloud
) -> None:
    config = httpx.get(f"{cloud.url}/config.json").json()
    assert config.keys() == {"apiUrl", "clockUrl", "signIn"}
    with page.expect_request(API) as called:
        sign_in(page, ANN)
    assert called.value.headers["authorization"].startswith("Bearer eyJ")


def test_nothing_is_asked_of_the_api_before_somebody_has_signed_in(page: Page) -> None:
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url) if API.search(request.url) else None)
    page.goto("/customers")
    expect_signed_out(page)
    assert called == []


def test_a_reader_sees_everything_and_can_change_nothing(
    page: Page, cloud: LocalCloud, customer: str
) -> None:
    with page.expect_request(API) as called:
        sign_in(page, BEN)
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()
    expect(page.get_by_text("Read only")).to_be_visible()
    assert page.get_by_role("button", name=re.compile("New customer|Actions for")).count() == 0
    headers = {"Authorization": called.value.headers["authorization"]}
    with httpx.Client(base_url=f"{cloud.url}/api/v1", headers=headers) as client:
        assert client.get(f"/customers/{customer}/").status_code == 200
        assert client.patch(f"/customers/{customer}/", json={"name": "Other"}).status_code == 403
        assert client.get("/api-keys/").status_code == 403


def test_who_is_in_no_group_is_told_so_and_gets_in_once_that_has_changed(page: Page, issuer: Issuer) -> None:
    sign_in(page, EVE)
    expect(page.get_by_role("heading", name="No access yet")).to_be_visible()
    expect(page.get_by_text(f"{EVE} is in neither of the groups")).to_be_visible()
    issuer.people = {EVE: ["read"]}
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()


def test_signing_out_forgets_the_tokens_here_and_at_the_issuer(page: Page, issuer: Issuer) -> None:
    sign_in(page, ANN)
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()
    known = len(issuer.refresh_tokens)
    sign_out(page)
    assert len(issuer.refresh_tokens) == known - 1
    assert "eyJ" not in page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")


def test_another_tab_is_signed_in_too(page: Page, context: BrowserContext, customer: str) -> None:
    sign_in(page, ANN)
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()
    other = context.new_page()
    other.goto(f"/customers/{customer}")
    expect(other.get_by_role("heading", name="Marisol Quint")).to_be_visible()


def test_who_signs_out_in_one_tab_is_out_in_all_and_comes_back_to_where_each_was(
    page: Page, context: BrowserContext, customer: str
) -> None:
    sign_in(page, ANN)
    other = context.new_page()
    other.goto(f"/customers/{customer}")
    expect(other.get_by_role("heading", name="Marisol Quint")).to_be_visible()
    sign_out(page)
    expect_signed_out(other, "You have signed out in another tab.")
    continue_as(other, ANN)
    expect(other.get_by_role("heading", name="Marisol Quint")).to_be_visible()
    expect(page.get_by_title(f"Signed in as {ANN}")).to_be_visible()


def test_somebody_else_who_signs_in_finds_nothing_of_the_one_before(
    page: Page, context: BrowserContext
) -> None:
    sign_in(page, ANN)
    expect(page.get_by_role("button", name="New customer")).to_be_visible()
    sign_out(page)
    continue_as(page, BEN)
    expect(page.get_by_title(f"Signed in as {BEN}")).to_be_visible()
    expect(page.get_by_role("button", name="New customer")).not_to_be_visible()


def test_a_token_that_ends_is_renewed_without_a_word(page: Page, issuer: Issuer, customer: str) -> None:
    issuer.lifetime_seconds = 3
    sign_in(page, ANN)
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()
    page.wait_for_timeout(4_000)
    page.get_by_role("link", name="Marisol Quint").click()
    expect(page.get_by_role("heading", name="Marisol Quint")).to_be_visible()
    assert issuer.renewals > 0


def test_a_call_that_is_answered_401_is_sent_again_with_a_new_token(page: Page, issuer: Issuer) -> None:
    refused: list[str] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.fallback()
        else:
            refused.append(route.request.headers["authorization"])
            route.fulfill(status=401, json={"status": 401, "code": "unauthorized"})

    page.route(API, refuse_once)
    sign_in(page, ANN)
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()
    assert (len(refused), issuer.renewals) == (1, 1)


def test_who_cannot_get_a_new_token_signs_in_again_and_goes_on_there(
    page: Page, issuer: Issuer, customer: str
) -> None:
    sign_in(page, ANN, f"/customers/{customer}?tab=entitlements")
    expect(page.get_by_role("heading", name="Marisol Quint")).to_be_visible()
    issuer.is_refusing = True
    page.route(API, lambda route: route.fulfill(status=401, json={"status": 401, "code": "unauthorized"}))
    page.get_by_role("tab", name="Subscriptions").click()
    expect_signed_out(page, "You are no longer signed in.")
    page.unroute_all()
    issuer.is_refusing = False
    continue_as(page, ANN)
    expect(page.get_by_role("tab", name="Subscriptions", selected=True)).to_be_visible()


def test_an_issuer_that_cannot_be_reached_signs_nobody_out(page: Page, issuer: Issuer) -> None:
    sign_in(page, ANN)
    expect(page.get_by_role("link", name="Marisol Quint")).to_be_visible()
    page.route(f"{issuer.url}/**", lambda route: route.abort())
    page.route(API, lambda route: route.fulfill(status=401, json={"status": 401, "code": "unauthorized"}))
    page.get_by_role("link", name="Features").click()
    expect(page.get_by_text("Parity cannot be reached.")).to_be_visible()
    expect(page.get_by_title(f"Signed in as {ANN}")).to_be_visible()


def test_a_sign_in_that_was_refused_says_so(page: Page) -> None:
    page.goto("/signed-in?error=access_denied&state=unknown")
    expect_signed_out(page, "Signing in did not work:")
    assert page.url.endswith("/")


def test_axe_finds_nothing_wrong_where_there_is_no_access(
    browser: Browser, cloud: LocalCloud, issuer: Issuer
) -> None:
    with open_axe_page(browser, cloud.url) as page:
        page.goto("/customers")
        expect_signed_out(page)
        expect_accessible(page, "signed out")
        page.goto("/signed-in?error=access_denied&state=unknown")
        expect_signed_out(page, "Signing in did not work:")
        expect_accessible(page, "refused")
        continue_as(page, EVE)
        expect(page.get_by_role("heading", name="No access yet")).to_be_visible()
        expect_accessible(page, "no group")
        issuer.people = {EVE: ["read"]}
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", name="Customers")).to_be_visible()
        expect_accessible(page, "reader")
