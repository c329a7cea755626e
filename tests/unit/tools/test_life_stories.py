"""docs/life-stories.md has the tables that are tested."""

from __future__ import annotations

from tests.e2e.life.stories import STORIES
from tests.support.scenarios.life.tables import write_page
from tools.life_stories import TARGET


def test_the_page_is_what_the_stories_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == write_page(STORIES), "run `make stories`"
