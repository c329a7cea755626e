"""What customers have over the years is what the tables of the stories say."""

from __future__ import annotations

import pytest

from tests.e2e.life.stories import STORIES
from tests.support.engines.processes import needs_engine

pytestmark = [needs_engine, pytest.mark.slow]


@pytest.mark.parametrize("name", [story.name for story in STORIES])
def test_a_life_is_as_its_story_says(different: dict[str, str], name: str) -> None:
    assert name not in different, different[name]
