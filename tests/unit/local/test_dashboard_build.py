from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.dashboard_build import watch_dashboard
from local.reload import Watcher
from tests.support.engines.processes import wait_until

MAKEFILE = """
.PHONY: dashboard
dashboard:
\t@echo generated > dashboard/src/schema.gen.ts
\t@grep -v broken dashboard/src/main.tsx
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of a dashboard whose build generates a file, and fails if this one is broken."""
    source = tmp_path / "dashboard/src/main.tsx"
    source.parent.mkdir(parents=True)
    source.write_text("first")
    (tmp_path / "Makefile").write_text(MAKEFILE)
    return source


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def watcher(tmp_path: Path, source: Path, reports: list[str]) -> Iterator[Watcher]:
    assert source.exists()
    with closing(watch_dashboard(tmp_path, reports.append)) as watcher:
        yield watcher


def test_a_changed_source_is_built_once_though_the_build_writes_beside_it(
    source: Path, reports: list[str], watcher: Watcher
) -> None:
    source.write_text("changed")
    wait_until(lambda: reports)
    watcher.check()
    assert reports == ["The dashboard was rebuilt: load the page again."]


@pytest.mark.usefixtures("watcher")
def test_a_build_that_fails_is_reported_and_the_next_change_is_built(
    source: Path, reports: list[str]
) -> None:
    source.write_text("broken")
    wait_until(lambda: reports)
    assert reports[0].startswith("The dashboard was not rebuilt:")
    source.write_text("mended again")
    wait_until(lambda: len(reports) > 1)
    assert reports[1] == "The dashboard was rebuilt: load the page again."
