"""Which engine is started, and the one that keeps its table: dynoxide with a file.

MiniStack has the queues and the event bus beside it.
Messages in queues are lost when it ends. Schedules send those about migrations and webhooks again, but not a
webhook on its way to its first attempt.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

from local.engine import Engine, EngineError

PROGRAM = "node_modules/@dynoxide/linux-x64/dynoxide"
"""Where npm puts it, in the repository. It is the only platform that npm has it for."""

FILE = "table.db"


class DurableEngine(Engine):
    """`url` is where the table is."""

    def __init__(self, tables: Engine, others: Engine) -> None:
        self._tables = tables
        self._others = others
        super().__init__(tables.url)

    @classmethod
    def open(cls, root: Path, python: Path, folder: Path, data: Path) -> DurableEngine:
        """Starts both engines, with their logs in `folder` and the table in `data`. Raises EngineError."""
        program = find_program(root)
        others = Engine.start(python, folder)
        try:
            tables = Engine.start_program(program, data / FILE, folder)
        except EngineError:
            others.close()
            raise
        return cls(tables, others)

    def url_of(self, service: str) -> str:
        return self.url if service.startswith("dynamodb") else self._others.url

    def on_exit(self, call: Callable[[str], None]) -> None:
        self._tables.on_exit(call)
        self._others.on_exit(call)

    def close(self) -> None:
        self._tables.close()
        self._others.close()


def start_engine(root: Path, python: Path, folder: Path, *, url: str | None, data: Path | None) -> Engine:
    """The one at the URL, or one that keeps its table in the folder `data`, or one that keeps nothing."""
    if url:
        return Engine.at(url)
    return DurableEngine.open(root, python, folder, data) if data else Engine.start(python, folder)


def find_program(root: Path) -> Path:
    """Raises EngineError where there is none."""
    program = root / PROGRAM
    if program.exists():
        return program
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        raise EngineError(f"DATA needs {PROGRAM}, which is not there: start with `make run DATA=...`.")
    raise EngineError(
        "DATA needs the engine dynoxide, which npm has for Linux on x86-64 only: start without DATA, or name "
        "an engine that keeps its data in PARITY_ENGINE_URL."
    )
