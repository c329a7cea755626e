"""The deliveries of all event sources, and whether any are left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from local.model import Answer, Invoke

PAUSE_SECONDS = 0.003


class EventSources(Protocol):
    def are_idle_since(self, moment: float) -> bool:
        """Whether nothing was left to deliver after that moment of the monotonic clock."""


class Deliveries:
    """Invokes functions for event sources, and counts that."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._lock = threading.Lock()
        self._started = self._running = 0
        self._answers: list[Answer] | None = None

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        with self._lock:
            self._started += 1
            self._running += 1
        answer = None
        try:
            answer = self._invoke(name, event)
            return answer
        finally:
            with self._lock:
                self._running -= 1
                if self._answers is not None:
                    self._answers.append((name, answer))

    @contextmanager
    def keep_answers(self) -> Iterator[None]:
        """Keeps what functions answer during the block, for `take_answers`."""
        self._answers = []
        try:
            yield
        finally:
            self._answers = None

    def take_answers(self) -> list[Answer]:
        """Those that were kept since they were taken last."""
        with self._lock:
            taken = list(self._answers or ())
            if self._answers:
                self._answers.clear()
        return taken

    def wait_until_idle(self, sources: Iterable[EventSources], seconds: float) -> bool:
        """Whether everything was delivered in that time, and also what the functions wrote meanwhile."""
        deadline = time.monotonic() + seconds
        sources = tuple(sources)
        while not self._is_idle(sources, deadline):
            if time.monotonic() > deadline:
                return False
        return True

    def _is_idle(self, sources: Iterable[EventSources], deadline: float) -> bool:
        """Whether all sources were found empty while no delivery ran that could have filled them again."""
        before, since = self._count(), time.monotonic()
        while not all(source.are_idle_since(since) for source in sources):
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE_SECONDS)
        return before == self._count() and before[1] == 0

    def _count(self) -> tuple[int, int]:
        with self._lock:
            return self._started, self._running
