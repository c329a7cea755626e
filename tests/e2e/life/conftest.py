"""One cloud in which all life stories take place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.life.stories import STORIES
from tests.support.engines.clock import MovableClock
from tests.support.engines.clouds import open_client, start_cloud
from tests.support.scenarios.life.runner import live


@pytest.fixture(scope="package")
def different(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What was different from its table, by story."""
    state: Path = tmp_path_factory.mktemp("cloud")
    with start_cloud(state) as cloud, open_client(cloud) as client:
        return live(STORIES, client, MovableClock(client, cloud.url))
