"""Picks up changes of the sources without a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.event_sources.filters import PatternError
from local.model import Stack
from local.stack import TemplateError

INTERVAL_SECONDS = 0.5

Stamp = tuple[int, int]


class Watcher:
    """Calls `on_change` with the files that were changed, added or removed since the last look.

    It compares modification times and sizes, so it needs nothing of the operating system.
    """

    def __init__(self, paths: Iterable[Path], on_change: Callable[[set[Path]], None]) -> None:
        self._paths = tuple(paths)
        self._on_change = on_change
        self._stamps = self._look()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()

    def check(self) -> None:
        """Look once. A folder that goes while it is read is for the next look to notice."""
        try:
            stamps = self._look()
        except FileNotFoundError:
            return
        before, self._stamps = self._stamps, stamps
        if changed := {path for path, _ in before.items() ^ stamps.items()}:
            self._on_change(changed)

    def _run(self) -> None:
        while not self._stopping.wait(INTERVAL_SECONDS):
            self.check()

    def _look(self) -> dict[Path, Stamp]:
        stamps = ((file, _stamp(file)) for path in self._paths for file in _files(path))
        return {file: stamp for file, stamp in stamps if stamp}


def _files(path: Path) -> Iterator[Path]:
    """What an editor or the interpreter writes beside the sources is none of them."""
    if path.is_file():
        yield path
    for file in path.rglob("*"):
        relative = file.relative_to(path).parts
        if not any(part.startswith((".", "__pycache__")) or part.endswith("~") for part in relative):
            yield file


def _stamp(file: Path) -> Stamp | None:
    """None for a folder, and for a file that has gone meanwhile."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return None if file.is_dir() else (status.st_mtime_ns, status.st_size)


class Reloader:
    """Turns changed files into a new stack; a broken one changes nothing and is explained in one sentence."""

    def __init__(
        self, load: Callable[[], Stack], apply: Callable[[Stack], None], report: Callable[[str], None]
    ) -> None:
        self._load = load
        self._apply = apply
        self._report = report
        self._suspects: set[Path] = set()

    def reload(self, changed: set[Path]) -> None:
        """Files that did not compile stay under suspicion until they do, whatever else changes."""
        self._suspects = {path for path in self._suspects | changed if syntax_problem(path)}
        if self._suspects:
            for path in sorted(self._suspects):
                self._report(f"not reloaded: {syntax_problem(path)}")
            return
        try:
            self._apply(self._load())
        except (TemplateError, PatternError, ClientError, BotoCoreError) as error:
            self._report(f"not reloaded: {error}")
        else:
            self._report(f"reloaded after a change of {_names(changed)}")


def syntax_problem(path: Path) -> str | None:
    """What keeps a Python file from being compiled, in one sentence."""
    if path.suffix != ".py":
        return None
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{path}, line {error.lineno}: {error.msg}"
    except (ValueError, FileNotFoundError):
        return None
    return None


def _names(changed: set[Path]) -> str:
    first, *others = sorted(path.name for path in changed)
    return f"{first} and {len(others)} more" if others else first
