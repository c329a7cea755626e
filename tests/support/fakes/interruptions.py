"""A function on the stream that is held, or whose process ends while it works."""

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
"""After so many interruptions in a row a batch succeeds, before the mapping gives it up."""


class Interruptions:
    """Interruptions of the function whose name ends so. There are none unless a test asks for them."""

    def __init__(self, function: str = RECOMPUTE) -> None:
        self.function = function
        self._may_start = threading.Event()
        self._may_start.set()
        self._chance: random.Random | None = None
        self._share: float = 1
        self._in_a_row = 0
        self.interrupted = 0
        """Invocations whose process ended."""

    @contextmanager
    def hold_invocations(self) -> Iterator[None]:
        """Holds each invocation until the block ends."""
        self._may_start.clear()
        try:
            yield
        finally:
            self._may_start.set()

    @contextmanager
    def end_processes(self, seed: int, share: float = 1) -> Iterator[None]:
        """Ends the process of invocations during the block: while it starts, reads, writes, or is done.

        `share` is the part of invocations that are interrupted, from 0 to 1.
        """
        self._chance, self._share = random.Random(seed), share
        try:
            yield
        finally:
            self._chance = None

    def run(self, invoke: Callable[[], bytes], end_processes: Callable[[], None]) -> bytes:
        self._may_start.wait()
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
    """A pool in which one function is interrupted."""

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
        """Kills the process, so that the function cannot react."""
        for worker in list(self._current):
            if worker.function.name == name:
                with suppress(ProcessLookupError):
                    os.kill(worker._process.pid, signal.SIGKILL)
