"""Takes pictures of states, at two widths and where a state asks for it in dark colours, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.engines.browser import SETTLED

HEIGHTS = {1280: (640, 860), 360: (640, 1100)}
"""For each width, how high a picture is at least and at most; in between it is as high as its page."""

TIMEOUT_MILLISECONDS = 60_000
PAGE_HEIGHT = "() => document.documentElement.scrollHeight"


def stay(page: Page) -> None:
    """The state is what the path shows."""


@dataclass(frozen=True, slots=True)
class State:
    """`show` brings the page from its path to the state.

    `is_dark`: taken in both colour schemes. `is_short`: only the beginning of a page that goes on and on.
    """

    name: str
    path: str
    show: Callable[[Page], None] = stay
    is_dark: bool = False
    is_short: bool = False


def take_pictures(browser: Browser, url: str, states: Iterable[State], folder: Path) -> None:
    for state in states:
        for width in HEIGHTS:
            take_picture(browser, url, state, width, folder / f"{state.name}-{width}.png")
            if state.is_dark:
                picture = folder / f"{state.name}-dark-{width}.png"
                take_picture(browser, url, state, width, picture, is_dark=True)


def take_picture(  # noqa: PLR0913 - what is pictured, how, and where to
    browser: Browser, url: str, state: State, width: int, picture: Path, *, is_dark: bool = False
) -> None:
    lowest, highest = HEIGHTS[width]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": lowest},
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    page.goto(state.path)
    page.wait_for_load_state("networkidle")
    state.show(page)
    if not state.is_short:
        height = min(max(page.evaluate(PAGE_HEIGHT), lowest), highest)
        page.set_viewport_size({"width": width, "height": height})
    page.wait_for_load_state("networkidle")
    page.wait_for_function(SETTLED)
    page.screenshot(path=picture, animations="disabled", caret="hide")
    context.close()
