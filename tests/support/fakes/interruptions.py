"""Getting in the way of a function on the stream: holding it up, and ending its process while it works."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from local.model import FunctionError
from local.runtime import FunctionPool

RECOMPUTE = "-entitlements-recompute"
COUNT = "-usage-count"
LONGEST_DELAY_SECONDS = 0.4
IN_A_ROW = 2
"""After so many a batch is left in peace: the mapping would give it up after a few more."""


class Interruptions:
    """What happens to a function, by the end of its name; nothing unless asked for."""

    def __init__(self, function: str = RECOMPUTE) -> None:
        self.function = function
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._chance: random.Random | None = None
        self._share: float = 1
        self._in_a_row = 0
        self.interrupted = 0
        """Invocations whose process ended."""

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """No invocation begins meanwhile."""
        self._may_go_on.clear()
        try:
            yield
        finally:
            self._may_go_on.set()

    @contextmanager
    def ending_processes(self, seed: int, share: float = 1) -> Iterator[None]:
        """Most invocations lose their process meanwhile: while it starts, reads, writes, or is done.

        Less than most of them, if only a share is to be tried.
        """
        self._chance, self._share = random.Random(seed), share
        try:
            yield
        finally:
            self._chance = None

    def run(self, invoke: Callable[[], bytes], end_processes: Callable[[], None]) -> bytes:
        self._may_go_on.wait()
        chance = self._chance
        if chance is None or self._in_a_row == IN_A_ROW or chance.random() >= self._share:
            self._in_a_row = 0
            return invoke()
        timer = threading.Timer(chance.uniform(0, LONGEST_DELAY_SECONDS), end_processes)
        timer.start()
        try:
            answer = invoke()
        except FunctionError:
            self.interrupted += 1
            self._in_a_row += 1
            raise
        finally:
            timer.cancel()
        self._in_a_row = 0
        return answer


class InterruptedPool(FunctionPool):
    """A pool in which one function meets the hindrance."""

    def __init__(self, *args: Any, hindrance: Interruptions, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **named)
        self._hindrance = hindrance

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        def invoke() -> bytes:
            return super(InterruptedPool, self).invoke(name, event)

        if not name.endswith(self._hindrance.function):
            return invoke()
        return self._hindrance.run(invoke, lambda: self._end(name))

    def _end(self, name: str) -> None:
        """As when the machine is gone: the function has no chance to do anything about it."""
        for worker in list(self._current):
            if worker.function.name == name:
                with suppress(ProcessLookupError):
                    os.kill(worker._process.pid, signal.SIGKILL)
