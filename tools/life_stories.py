"""Writes docs/life-stories.md, the tables of the life stories. `tests/e2e/life` tests what they say."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.life.stories import STORIES
from tests.support.scenarios.life.tables import write_page

TARGET = Path(__file__).parents[1] / "docs" / "life-stories.md"

if __name__ == "__main__":
    TARGET.write_text(write_page(STORIES), encoding="utf-8")
