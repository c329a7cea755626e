from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from local.model import Stack
from local.reload import Reloader, Watcher
from local.stack import TemplateError


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "functions/customers").mkdir(parents=True)
    (tmp_path / "functions/customers/app.py").write_text("answer = 1\n")
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    return tmp_path


@pytest.fixture
def changes() -> list[set[str]]:
    return []


@pytest.fixture
def watcher(sources: Path, changes: list[set[str]]) -> Watcher:
    def record(changed: set[Path]) -> None:
        changes.append({path.relative_to(sources).as_posix() for path in changed})

    return Watcher([sources / "functions", sources / "template.yaml"], record)


def write_later(file: Path, text: str) -> None:
    """Write a file with a modification time one second later."""
    file.write_text(text)
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


def test_nothing_is_reported_while_nothing_changes(watcher: Watcher, changes: list[set[str]]) -> None:
    watcher.check()
    watcher.check()
    assert changes == []


def test_an_edit_of_the_same_size_is_reported_once(
    watcher: Watcher, sources: Path, changes: list[set[str]]
) -> None:
    write_later(sources / "functions/customers/app.py", "answer = 2\n")
    watcher.check()
    watcher.check()
    assert changes == [{"functions/customers/app.py"}]


def test_new_and_removed_files_and_the_template_are_reported(
    watcher: Watcher, sources: Path, changes: list[set[str]]
) -> None:
    (sources / "functions/customers/new.py").touch()
    (sources / "functions/customers/app.py").unlink()
    (sources / "template.yaml").unlink()
    watcher.check()
    write_later(sources / "template.yaml", "Resources: {}\n")
    watcher.check()
    assert changes == [
        {"functions/customers/new.py", "functions/customers/app.py", "template.yaml"},
        {"template.yaml"},
    ]


@pytest.mark.parametrize("name", ["__pycache__/app.cpython-311.pyc", ".app.py.swp", "app.py~"])
def test_files_that_tools_write_beside_the_sources_are_no_change(
    watcher: Watcher, sources: Path, changes: list[set[str]], name: str
) -> None:
    file = sources / "functions/customers" / name
    file.parent.mkdir(exist_ok=True)
    file.touch()
    watcher.check()
    assert changes == []


class FakeCloud:
    """A stack that a reloader loads, or an error, and what it has applied and reported."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.applied: list[Stack] = []
        self.reports: list[str] = []

    def load(self) -> Stack:
        if self.error:
            raise self.error
        return Stack({})


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def reload(cloud: FakeCloud) -> Callable[[set[Path]], None]:
    return Reloader(cloud.load, cloud.applied.append, cloud.reports.append).reload


def test_a_change_applies_the_stack_again(
    cloud: FakeCloud, reload: Callable[[set[Path]], None], sources: Path
) -> None:
    reload({sources / "functions/customers/app.py"})
    assert cloud.applied == [Stack({})]
    assert cloud.reports == ["reloaded after a change of app.py"]


def test_code_that_does_not_compile_is_named_and_not_applied_until_it_does(
    cloud: FakeCloud, reload: Callable[[set[Path]], None], sources: Path
) -> None:
    broken = sources / "functions/customers/app.py"
    broken.write_text("answer = 1\nanswer = (\n")
    reload({broken})
    reload({sources / "template.yaml"})
    assert cloud.applied == []
    assert cloud.reports[0] == f"not reloaded: {broken}, line 2: '(' was never closed"
    broken.write_text("answer = 2\n")
    reload({broken})
    assert len(cloud.applied) == 1


def test_broken_code_that_is_removed_blocks_no_reload(
    cloud: FakeCloud, reload: Callable[[set[Path]], None], sources: Path
) -> None:
    broken = sources / "functions/customers/app.py"
    broken.write_text("(")
    reload({broken})
    broken.unlink()
    reload({broken})
    assert len(cloud.applied) == 1


def test_a_broken_template_is_explained_and_not_applied(
    cloud: FakeCloud, reload: Callable[[set[Path]], None], sources: Path
) -> None:
    cloud.error = TemplateError("template.yaml: Api: StageName is missing.")
    reload({sources / "template.yaml"})
    assert cloud.applied == []
    assert cloud.reports == ["not reloaded: template.yaml: Api: StageName is missing."]
    cloud.error = None
    reload({sources / "template.yaml"})
    assert len(cloud.applied) == 1
