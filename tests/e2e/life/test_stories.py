"""What customers have over the years is what the tables of the stories say."""

from __future__ import annotations

import pytest

from tests.e2e.life.stories import STORIES
from tests.support.engines.processes import needs_engine

pytestmark = [needs_engine, pytest.mark.slow]


FAULTS = {"leaver": "what was used of a grant is forgotten when its customer is archived"}
"""Why a story is not as its table says yet."""


def mark_story(name: str) -> object:
    return pytest.param(name, marks=pytest.mark.xfail(reason=FAULTS[name])) if name in FAULTS else name


@pytest.mark.parametrize("name", [mark_story(story.name) for story in STORIES])
def test_a_life_is_as_its_story_says(different: dict[str, str], name: str) -> None:
    assert name not in different, different[name]
