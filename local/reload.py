"""Applies changes of the sources without a restart."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.event_sources.filters import PatternError
from local.model import Stack
from local.stack import TemplateError

INTERVAL_SECONDS = 0.5

Stamp = tuple[int, int]


class Watcher:
    """Calls `on_change` with the files that were changed, added or removed since the last check.

    It compares modification times and sizes, which works on every operating system.
    """

    def __init__(self, paths: Iterable[Path], on_change: Callable[[set[Path]], None]) -> None:
        self._paths = tuple(paths)
        self._on_change = on_change
        self._stamps = self._read_stamps()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()

    def check(self) -> None:
        stamps = self._read_stamps()
        before, self._stamps = self._stamps, stamps
        if changed := {Path(file) for file, _ in before.items() ^ stamps.items()}:
            self._on_change(changed)

    def _run(self) -> None:
        while not self._stopping.wait(INTERVAL_SECONDS):
            self.check()

    def _read_stamps(self) -> dict[str, Stamp]:
        return {file: stamp for path in self._paths for file, stamp in _read_files(path)}


def _read_files(path: Path) -> Iterator[tuple[str, Stamp]]:
    """The files of a folder, without those that editors and the interpreter write beside them."""
    if path.is_file():
        yield from _read_file(str(path))
    for folder, folders, files in os.walk(path):
        folders[:] = filter(_is_source, folders)
        for name in filter(_is_source, files):
            yield from _read_file(os.path.join(folder, name))  # noqa: PTH118 - a Path each is ten times the CPU


def _is_source(name: str) -> bool:
    return not name.startswith((".", "__pycache__")) and not name.endswith("~")


def _read_file(file: str) -> Iterator[tuple[str, Stamp]]:
    """Nothing for a file that no longer exists."""
    with suppress(FileNotFoundError):
        status = os.stat(file)  # noqa: PTH116 - as above
        yield file, (status.st_mtime_ns, status.st_size)


class Reloader:
    """Applies the stack of changed files. A broken file or template changes nothing and is reported."""

    def __init__(
        self, load: Callable[[], Stack], apply: Callable[[Stack], None], report: Callable[[str], None]
    ) -> None:
        self._load = load
        self._apply = apply
        self._report = report
        self._broken: set[Path] = set()

    def reload(self, changed: set[Path]) -> None:
        """Reload nothing while any file that has changed does not compile, whichever file changes next."""
        self._broken = {path for path in self._broken | changed if syntax_problem(path)}
        if self._broken:
            for path in sorted(self._broken):
                self._report(f"not reloaded: {syntax_problem(path)}")
            return
        try:
            self._apply(self._load())
        except (TemplateError, PatternError, ClientError, BotoCoreError) as error:
            self._report(f"not reloaded: {error}")
        else:
            self._report(f"reloaded after a change of {_describe_files(changed)}")


def syntax_problem(path: Path) -> str | None:
    """The sentence that says why a Python file does not compile; None when it does."""
    if path.suffix != ".py":
        return None
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{path}, line {error.lineno}: {error.msg}"
    except (ValueError, FileNotFoundError):
        return None
    return None


def _describe_files(changed: set[Path]) -> str:
    first, *others = sorted(path.name for path in changed)
    return f"{first} and {len(others)} more" if others else first
