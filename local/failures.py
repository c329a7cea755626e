"""Where the local cloud keeps what AWS would send to an on-failure destination."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class FailureLog:
    """Appends failure records to `<folder>/<name>.jsonl`, one JSON object a line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.jsonl"

    def append(self, name: str, record: Mapping[str, Any]) -> None:
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self.path(name).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
