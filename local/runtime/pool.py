"""The processes of all functions: one per concurrent invocation, as many as the machine bears."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.model import Function, FunctionError
from local.runtime.trace import trace_header
from local.runtime.worker import Worker

REQUEST_LIMIT_BYTES = 6_291_456
WAIT_SECONDS = 60
UNUSED_SECONDS = 2.0
"""How long a process must be idle before another function may have its place.

Functions that take turns would otherwise stop each other's processes all the time, and starting one costs
more than waiting a little for another.
"""


class RuntimeMissingError(Exception):
    """There is nothing to run functions with; its text is one sentence."""


def default_capacity() -> int:
    """Processes that the machine bears; each takes 50 to 80 MB."""
    return min(24, 8 + 4 * (os.cpu_count() or 1))


class FunctionPool:
    """Invokes functions by name, each invocation in a process that runs nothing else meanwhile.

    At most `capacity` processes exist. When all places are taken, a call takes that of a process that is not
    used, or waits up to `wait_seconds` for one and then fails as a throttled call.
    """

    def __init__(  # noqa: PLR0913 - all but the first two are named
        self,
        functions: Mapping[str, Function],
        python: Path,
        *,
        logs: Path,
        services: Mapping[str, str],
        report: Callable[[str], None],
        capacity: int | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        """`services` are variables that say where AWS is; `report` takes one sentence for the console.

        Raises RuntimeMissingError when `python` does not exist.
        """
        if not python.exists():
            raise RuntimeMissingError(
                f"{python}, which runs the functions, does not exist; start with `make run`."
            )
        logs.mkdir(parents=True, exist_ok=True)
        self._functions = functions
        self._python = python
        self._logs = logs
        self._services = services
        self._report = report
        self._capacity = capacity or default_capacity()
        self._wait_seconds = wait_seconds
        self._changed = threading.Condition()
        self._current: set[Worker] = set()
        self._idle_since: dict[Worker, float] = {}
        self._retiring: set[Worker] = set()
        self._waiting: Counter[str] = Counter()
        self._closed = False

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        """The answer as raw JSON; FunctionError when the function fails or no process is free in time."""
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        if len(payload) > REQUEST_LIMIT_BYTES:
            raise FunctionError(name, "RequestTooLargeException", f"The event has {len(payload)} bytes.")
        worker = self._take(name)
        try:
            return worker.invoke(payload, trace_header(event))
        except FunctionError as error:
            self._hint(error)
            raise
        finally:
            self._give_back(worker)

    def replace(self, functions: Mapping[str, Function]) -> None:
        """Use these functions and the present code from now on; what runs, ends in its old process."""
        with self._changed:
            self._functions = functions
            self._retiring |= self._current - self._idle_since.keys()
            idle = list(self._idle_since)
            self._idle_since.clear()
            self._current -= set(idle)
            self._changed.notify_all()
        _stop_all(idle)

    def close(self) -> None:
        """Stop every process; running and waiting invocations fail."""
        with self._changed:
            self._closed = True
            workers = list(self._current)
            self._current.clear()
            self._idle_since.clear()
            self._changed.notify_all()
        _stop_all(workers)

    def _take(self, name: str) -> Worker:
        evicted: list[Worker] = []
        try:
            with self._changed:
                return self._wait_for_place(name, evicted)
        finally:
            _stop_all(evicted)

    def _wait_for_place(self, name: str, evicted: list[Worker]) -> Worker:
        start = time.monotonic()
        self._waiting[name] += 1
        try:
            while (worker := self._try_to_take(name, evicted)) is None:
                if time.monotonic() - start > self._wait_seconds:
                    raise FunctionError(name, "TooManyRequestsException", "Rate Exceeded.")
                self._changed.wait(min(self._wait_seconds, UNUSED_SECONDS))
        finally:
            self._waiting[name] -= 1
            self._changed.notify_all()
        return worker

    def _try_to_take(self, name: str, evicted: list[Worker]) -> Worker | None:
        if self._closed:
            raise FunctionError(name, "ServiceException", "The local cloud is stopping.")
        function = self._functions.get(name)
        if function is None:
            raise FunctionError(name, "ResourceNotFoundException", f"Function not found: {name}")
        self._evict([worker for worker in self._idle_since if not worker.alive], evicted)
        if self._has_process(name) and self._someone_starves():
            return None
        own = [worker for worker in self._idle_since if worker.function.name == name]
        if own:
            del self._idle_since[own[-1]]
            return own[-1]
        if len(self._current) >= self._capacity:
            self._evict(self._victims(name), evicted)
        return self._start(function) if len(self._current) < self._capacity else None

    def _has_process(self, name: str) -> bool:
        return any(worker.function.name == name for worker in self._current)

    def _someone_starves(self) -> bool:
        """Whether calls wait for a function without a process: a busy one would keep them out for ever."""
        return any(calls and not self._has_process(name) for name, calls in self._waiting.items())

    def _evict(self, workers: list[Worker], evicted: list[Worker]) -> None:
        for worker in workers:
            del self._idle_since[worker]
            self._current.remove(worker)
            evicted.append(worker)

    def _victims(self, name: str) -> list[Worker]:
        """The process idle for longest, if it is unused or this function has none at all."""
        unused_since = time.monotonic() - UNUSED_SECONDS
        oldest = list(self._idle_since)[:1]
        return [
            worker
            for worker in oldest
            if not self._has_process(name) or self._idle_since[worker] <= unused_since
        ]

    def _start(self, function: Function) -> Worker:
        log = self._logs / f"{function.name}.log"
        worker = Worker(function, python=self._python, services=self._services, log=log)
        self._current.add(worker)
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._changed:
            keep = worker in self._current and worker not in self._retiring and worker.alive
            if keep:
                self._idle_since[worker] = time.monotonic()
            else:
                self._current.discard(worker)
                self._retiring.discard(worker)
            self._changed.notify_all()
        if not keep:
            worker.stop()

    def _hint(self, error: FunctionError) -> None:
        if not self._closed:
            first_line = error.message.partition("\n")[0][:200]
            log = self._logs / f"{error.function}.log"
            self._report(f"{error.function} failed: {error.error_type}: {first_line} (see {log})")


def _stop_all(workers: list[Worker]) -> None:
    for worker in workers:
        worker.stop()
