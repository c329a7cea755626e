"""Moves the clock, and lets happen what would have happened until then."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Any, Protocol

from local.clock.clock import Clock
from local.model import Answer, Schedule


class Schedules(Protocol):
    """What a move needs of the scheduler."""

    def hold(self) -> AbstractContextManager[None]: ...
    def next_runs(self) -> Mapping[Schedule, datetime]: ...
    def run(self, schedule: Schedule, moment: datetime) -> bytes | None: ...


class World(Protocol):
    """What a move needs of the running stack."""

    def hurry_deliveries(self) -> AbstractContextManager[None]: ...
    def list_due_moments(self) -> list[datetime]: ...
    def wait_for_deliveries(self) -> None: ...
    def take_answers(self) -> Iterable[Answer]: ...
    def delete_expired(self, now: datetime) -> int: ...


@dataclass(slots=True)
class FunctionRuns:
    """How often a function ran, for its schedule and its queue, and the sums of the numbers it answered."""

    runs: int = 0
    failed: int = 0
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, answer: bytes | None) -> None:
        self.runs += 1
        self.failed += answer is None
        parsed = json.loads(answer or b"null")
        if isinstance(parsed, Mapping):
            self.totals.update({name: value for name, value in parsed.items() if type(value) is int})


@dataclass(slots=True)
class MoveReport:
    """What ran during a move, in how many steps, and how many items expired."""

    steps: int = 0
    ran: dict[str, FunctionRuns] = field(default_factory=dict)
    expired_items: int = 0

    def to_json(self) -> dict[str, Any]:
        ran = [
            {"function": name, "runs": each.runs, "failed": each.failed, "totals": dict(each.totals)}
            for name, each in self.ran.items()
        ]
        return {"steps": self.steps, "ran": ran, "expiredItems": self.expired_items}


class ClockMover:
    """Moves the clock from one run of a schedule that has work to the next. One move runs at a time.

    A run without work is left out: a month has 43,200 minutes, and in most of them nothing is due.
    """

    def __init__(self, clock: Clock, schedules: Schedules, world: World) -> None:
        self._clock = clock
        self._schedules = schedules
        self._world = world
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def request_stop(self) -> None:
        """End a running move where it is."""
        self._stopping.set()

    def move(self, choose_target: Callable[[datetime], datetime]) -> MoveReport:
        """Moves to the chosen moment; `choose_target` gets the time at which this move begins."""
        with self._lock, self._schedules.hold(), self._world.hurry_deliveries():
            move = _Move(self._clock, self._schedules, self._world, choose_target(self._clock.now()))
            move.run(self._stopping.is_set)
            return move.report


class _Move:
    """One move. Which function does which work is not known here.

    So each schedule runs once after a moment at which something is due, those of short intervals first, until
    that work is done. While a run leaves less overdue than there was, all may run again. Work that they leave
    has failed, and waits for later runs.
    """

    def __init__(self, clock: Clock, schedules: Schedules, world: World, target: datetime) -> None:
        self.report = MoveReport()
        self._clock = clock
        self._schedules = schedules
        self._world = world
        self._target = target
        self._ran_at: dict[Schedule, datetime] = {}
        self._due_at_last_run = 0

    def run(self, is_stopping: Callable[[], bool]) -> None:
        self._world.wait_for_deliveries()
        while not is_stopping() and (run := self._find_next_run()):
            moment, schedule = run
            self._take_step(moment, [schedule])
        if not is_stopping():
            self._finish()

    def _find_next_run(self) -> tuple[datetime, Schedule] | None:
        """The next run before the target that has work."""
        due = self._world.list_due_moments()
        if _count_until(due, self._clock.now()) < self._due_at_last_run:
            self._ran_at.clear()
        runs = [
            (moment, schedule)
            for schedule, next_run in self._schedules.next_runs().items()
            if (moment := self._find_run(schedule, next_run, due)) and moment < self._target
        ]
        if not runs:
            return None
        moment, schedule = min(runs, key=lambda run: (run[0], run[1].interval))
        self._due_at_last_run = _count_until(due, moment)
        return moment, schedule

    def _find_run(self, schedule: Schedule, next_run: datetime, due: Iterable[datetime]) -> datetime | None:
        """The schedule's first run after work became due that its last run cannot have seen."""
        last_run = self._ran_at.get(schedule)
        first = next((moment for moment in due if last_run is None or moment > last_run), None)
        return skip_runs(next_run, schedule.interval, max(first, self._clock.now())) if first else None

    def _finish(self) -> None:
        """Runs all schedules at the target, and again while that leaves less overdue than there was."""
        self._take_step(self._target, self._schedules.next_runs())
        before: float = inf
        while 0 < (overdue := _count_until(self._world.list_due_moments(), self._clock.now())) < before:
            self._take_step(self._target, self._schedules.next_runs())
            before = overdue
        if expired := self._world.delete_expired(self._clock.now()):
            self.report.expired_items = expired
            self._world.wait_for_deliveries()

    def _take_step(self, moment: datetime, schedules: Iterable[Schedule]) -> None:
        self._clock.move_to(moment)
        self.report.steps += 1
        for schedule in schedules:
            self._ran_at[schedule] = self._clock.now()
            answer = self._schedules.run(schedule, moment)
            self.report.ran.setdefault(schedule.function, FunctionRuns()).add(answer)
        self._world.wait_for_deliveries()
        for function, delivered in self._world.take_answers():
            if function in self.report.ran:
                self.report.ran[function].add(delivered)


def _count_until(due: Iterable[datetime], moment: datetime) -> int:
    return sum(each <= moment for each in due)


def skip_runs(next_run: datetime, interval: timedelta, moment: datetime) -> datetime:
    """The first run that is not before the moment."""
    skipped = -((next_run - moment) // interval)
    return next_run + max(skipped, 0) * interval
