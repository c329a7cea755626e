"""Many processes at once, in a time of their own: each works in a thread, of which one runs at a time.

A process runs until it sleeps or ends. Then the one runs that wakes up next. So ten minutes of many processes
take as long as their work does, and the same seed gives the same run.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from unittest.mock import patch

Work = Callable[[], object]


class _Process:
    """A thread that runs only between `resume` and its next sleep."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._may_run, self._has_stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.is_done = False
        self.outcome: object = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def thread_id(self) -> int:
        return self.thread.ident or 0

    def resume(self) -> None:
        self._may_run.release()
        self._has_stopped.acquire()

    def stop_until_resumed(self) -> None:
        self._has_stopped.release()
        self._may_run.acquire()

    def _run(self) -> None:
        self._may_run.acquire()
        try:
            self.outcome = self._work()
        except Exception as error:  # noqa: BLE001 - an outcome, too
            self.outcome = error
        self.is_done = True
        self._has_stopped.release()


class Simulation:
    """A clock, and the processes that live by it."""

    def __init__(self) -> None:
        self._now = 0.0
        self._numbers = itertools.count()
        self._queue: list[tuple[float, int, _Process]] = []
        self._processes: dict[int, _Process] = {}
        self._real_sleep = time.sleep

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        """Pauses the process that calls it; a thread that is none of them sleeps really."""
        process = self._processes.get(threading.get_ident())
        if process is None:
            self._real_sleep(seconds)
            return
        self._wake_at(self._now + seconds, process)
        process.stop_until_resumed()

    def run(self, works: dict[float, list[Work]]) -> list[object]:
        """Begins each work at its moment, and returns all outcomes, errors among them, in that order.

        `time.sleep` is the simulation's meanwhile.
        """
        processes = []
        for moment in sorted(works):
            for work in works[moment]:
                processes.append(_Process(work))
                self._wake_at(moment, processes[-1])
        with patch("time.sleep", self.sleep):
            while self._queue:
                self._now, _, process = heapq.heappop(self._queue)
                self._resume(process)
        return [process.outcome for process in processes]

    def _resume(self, process: _Process) -> None:
        if not process.thread_id:
            process.thread.start()
            self._processes[process.thread_id] = process
        process.resume()
        if process.is_done:
            process.thread.join()
            del self._processes[process.thread_id]

    def _wake_at(self, moment: float, process: _Process) -> None:
        heapq.heappush(self._queue, (moment, next(self._numbers), process))
