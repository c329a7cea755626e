"""The processes of all functions: one for each concurrent invocation, up to a limit."""

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
from local.runtime.limits import EVENT_LIMIT_BYTES
from local.runtime.trace import trace_header
from local.runtime.worker import Worker

PROCESSORS = os.cpu_count() or 1
WAIT_SECONDS = 60
UNUSED_SECONDS = 2.0
"""How long a process must be idle before a function that has one already may replace it.

Without this pause, functions that take turns would stop each other's processes all the time. To start a
process costs more than to wait a little.
"""

PROCESS_BYTES = 64 * 1024**2
PATIENCE_SECONDS = 0.1
"""How long a call waits for a busy process of its function, if there is one for each processor.

A warm process is free in milliseconds. To start one takes a processor for half a second, from those that run.
"""


class RuntimeMissingError(Exception):
    """The Python that runs the functions is missing; its text is one sentence."""


def default_capacity() -> int:
    """How many processes may exist on this machine: they take a quarter of its memory, at 64 MB each.

    With fewer than there are functions in use, they would replace each other all the time.
    """
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(24, min(96, memory_bytes // 4 // PROCESS_BYTES))


class FunctionPool:
    """Invokes functions by name, each invocation in a process that runs nothing else meanwhile.

    A function whose processes are all busy gets another one: at once while it has fewer than there are
    processors, and else after a little patience. At most `capacity` processes exist at a time. At that limit,
    a call that finds no idle process of its function replaces an idle one of another function, or waits.
    After `wait_seconds` it fails as throttled.
    """

    def __init__(  # noqa: PLR0913 - all but the first two are named
        self,
        functions: Mapping[str, Function],
        python: Path,
        *,
        logs: Path,
        services: Mapping[str, str],
        report: Callable[[str], None],
        clock: Path | None = None,
        capacity: int | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        """`services` are the variables with the URLs of AWS; `report` gets one sentence for the console.

        `clock` is the file of the clock that the functions follow; without it, they have real time.

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
        self._clock = clock
        self._capacity = capacity or default_capacity()
        self._wait_seconds = wait_seconds
        self._changed = threading.Condition()
        self._current: set[Worker] = set()
        self._idle_since: dict[Worker, float] = {}
        self._retiring: set[Worker] = set()
        self._waiting: Counter[str] = Counter()
        self._closed = False

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        """The answer as raw JSON; raises FunctionError when the function fails or gets no process in time."""
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        if len(payload) > EVENT_LIMIT_BYTES:
            raise FunctionError(name, "RequestTooLargeException", f"The event has {len(payload)} bytes.")
        worker = self._take_worker(name)
        try:
            return worker.invoke(payload, trace_header(event))
        except FunctionError as error:
            self._report_failure(error)
            raise
        finally:
            self._return_worker(worker)

    def replace(self, functions: Mapping[str, Function]) -> None:
        """Run these functions with their present code from now on; running invocations keep their process."""
        with self._changed:
            self._functions = functions
            self._retiring |= self._current - self._idle_since.keys()
            idle = list(self._idle_since)
            self._idle_since.clear()
            self._current -= set(idle)
            self._changed.notify_all()
        _stop_workers(idle)

    def close(self) -> None:
        """Stop every process. Running and waiting invocations fail."""
        with self._changed:
            self._closed = True
            workers = list(self._current)
            self._current.clear()
            self._idle_since.clear()
            self._changed.notify_all()
        _stop_workers(workers)

    def _take_worker(self, name: str) -> Worker:
        evicted: list[Worker] = []
        try:
            with self._changed:
                return self._wait_for_worker(name, evicted)
        finally:
            _stop_workers(evicted)

    def _wait_for_worker(self, name: str, evicted: list[Worker]) -> Worker:
        start = time.monotonic()
        self._waiting[name] += 1
        try:
            while (worker := self._try_to_take_worker(name, evicted, time.monotonic() - start)) is None:
                waited = time.monotonic() - start
                if waited > self._wait_seconds:
                    raise FunctionError(name, "TooManyRequestsException", "Rate Exceeded.")
                pause = PATIENCE_SECONDS - waited if waited < PATIENCE_SECONDS else UNUSED_SECONDS
                self._changed.wait(min(self._wait_seconds, pause))
        finally:
            self._waiting[name] -= 1
            self._changed.notify_all()
        return worker

    def _try_to_take_worker(self, name: str, evicted: list[Worker], waited_seconds: float) -> Worker | None:
        if self._closed:
            raise FunctionError(name, "ServiceException", "The local cloud is stopping.")
        function = self._functions.get(name)
        if function is None:
            raise FunctionError(name, "ResourceNotFoundException", f"Function not found: {name}")
        self._evict([worker for worker in self._idle_since if not worker.is_alive], evicted)
        if self._has_process(name) and self._is_function_starving():
            return None
        own = [worker for worker in self._idle_since if worker.function.name == name]
        if own:
            del self._idle_since[own[-1]]
            return own[-1]
        if waited_seconds < PATIENCE_SECONDS and self._count_processes(name) >= PROCESSORS:
            return None
        if len(self._current) >= self._capacity:
            self._evict(self._evictable_workers(name), evicted)
        return self._start_worker(function) if len(self._current) < self._capacity else None

    def _has_process(self, name: str) -> bool:
        return self._count_processes(name) > 0

    def _count_processes(self, name: str) -> int:
        return sum(worker.function.name == name for worker in self._current)

    def _is_function_starving(self) -> bool:
        """Whether calls wait for a function without a process, which a busy function could block for ever."""
        return any(calls and not self._has_process(name) for name, calls in self._waiting.items())

    def _evict(self, workers: list[Worker], evicted: list[Worker]) -> None:
        for worker in workers:
            del self._idle_since[worker]
            self._current.remove(worker)
            evicted.append(worker)

    def _evictable_workers(self, name: str) -> list[Worker]:
        """The process that is idle for longest, if it is unused or the function has no process at all."""
        unused_since = time.monotonic() - UNUSED_SECONDS
        oldest = list(self._idle_since)[:1]
        return [
            worker
            for worker in oldest
            if not self._has_process(name) or self._idle_since[worker] <= unused_since
        ]

    def _start_worker(self, function: Function) -> Worker:
        log = self._logs / f"{function.name}.log"
        worker = Worker(function, python=self._python, services=self._services, log=log, clock=self._clock)
        self._current.add(worker)
        return worker

    def _return_worker(self, worker: Worker) -> None:
        with self._changed:
            keep = worker in self._current and worker not in self._retiring and worker.is_alive
            if keep:
                self._idle_since[worker] = time.monotonic()
            else:
                self._current.discard(worker)
                self._retiring.discard(worker)
            self._changed.notify_all()
        if not keep:
            worker.stop()

    def _report_failure(self, error: FunctionError) -> None:
        if not self._closed:
            first_line = error.message.partition("\n")[0][:200]
            log = self._logs / f"{error.function}.log"
            self._report(f"{error.function} failed: {error.error_type}: {first_line} (see {log})")


def _stop_workers(workers: list[Worker]) -> None:
    for worker in workers:
        worker.stop()
