"""Chromium as it is installed on this machine, driven by playwright, and what axe-core finds in a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support import ROOT

AXE = ROOT / "dashboard/node_modules/axe-core/axe.min.js"
DASHBOARD = ROOT / "dashboard/dist/index.html"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1280)
HEIGHT = 800
SETTLED = "() => document.getAnimations().every(each => each.playState !== 'running')"
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of Chromium, or None when it is not installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed")
needs_dashboard = pytest.mark.skipif(
    not DASHBOARD.exists(), reason="the dashboard is not built: make test does it"
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def collect_console_errors(page: Page) -> list[str]:
    """A list that grows with each error in the page's console, such as what the content policy forbids.

    Chromium also writes each refused request there, and a refusal is an answer like any other.
    """
    errors: list[str] = []

    def collect(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            errors.append(message.text)

    page.on("console", collect)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def find_violations(page: Page) -> list[str]:
    """What axe-core says of the page as it is now; the page's context has the script `AXE`."""
    found: dict[str, Any] = page.evaluate("() => axe.run(document)")
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@contextmanager
def open_axe_page(browser: Browser, url: str) -> Iterator[Page]:
    """A page that axe-core can look at. The test fails if the page has written an error to its console."""
    context = browser.new_context(
        base_url=url, reduced_motion="reduce", viewport={"width": WIDTHS[-1], "height": HEIGHT}
    )
    context.add_init_script(read_axe())
    page = context.new_page()
    errors = collect_console_errors(page)
    yield page
    context.close()
    assert errors == []


def expect_accessible(page: Page, state: str) -> None:
    """Nothing is wrong with the state of the page, and it does not scroll sideways, on any screen.

    The page is not loaded again for that: it gets other colours and another width, and the first ones back.
    """
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.wait_for_function(SETTLED)
            screen = f"{state}, {scheme}, {width} px"
            assert find_violations(page) == [], screen
            assert page.evaluate(OVERFLOW) <= 0, screen
    page.emulate_media(color_scheme=SCHEMES[0])


def read_axe() -> str:
    return Path(AXE).read_text(encoding="utf-8")
