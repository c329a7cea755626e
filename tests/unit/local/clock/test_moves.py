"""Moves in a world of fakes: work that is due, and schedules that do it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from local.clock import Clock, ClockMover
from local.clock.moves import skip_runs
from local.model import Answer, Schedule

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADVANCE = Schedule("minutely", MINUTE, "advance")
CLOSE = Schedule("five-minutely", 5 * MINUTE, "close")


@dataclass
class FakeWorld:
    """Work by when it is due, and the schedule that does it. `runs` are the functions that ran, and when."""

    clock: Clock
    start: datetime
    work: dict[datetime, Schedule] = field(default_factory=dict)
    stuck: set[datetime] = field(default_factory=set)
    next: dict[Schedule, datetime] = field(default_factory=dict)
    runs: list[tuple[str, datetime]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    most_at_once: int = 100
    repeats: Callable[[datetime], datetime] | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        yield

    hurry_deliveries = hold

    def next_runs(self) -> Mapping[Schedule, datetime]:
        return self.next

    def run(self, schedule: Schedule, moment: datetime) -> bytes | None:
        self.next[schedule] = moment + schedule.interval
        self.runs.append((schedule.function, moment))
        due = [
            each
            for each, whose in sorted(self.work.items())
            if whose is schedule and each < self.clock.now() and each not in self.stuck
        ][: self.most_at_once]
        for each in due:
            del self.work[each]
            if self.repeats:
                self.work[self.repeats(each)] = schedule
        return json.dumps({"done": len(due), "complete": True}).encode()

    def list_due_moments(self) -> list[datetime]:
        return sorted(self.work)

    def wait_for_deliveries(self) -> None:
        """Everything is delivered at once here."""

    def take_answers(self) -> list[Answer]:
        taken, self.answers = self.answers, []
        return taken

    def delete_expired(self, now: datetime) -> int:
        return 3 if now >= self.start else 0

    def move(self, time: timedelta) -> dict[str, dict[str, int]]:
        """Moves so far from the start; returns the runs and sums by function."""
        report = ClockMover(self.clock, self, self).move(lambda _: self.start + time)
        assert report.expired_items == 3
        return {name: {"runs": each.runs, **each.totals} for name, each in report.ran.items()}

    def times(self, function: str) -> list[timedelta]:
        """When a function ran, since the start."""
        return [moment - self.start for name, moment in self.runs if name == function]


@pytest.fixture
def world(tmp_path: Path) -> FakeWorld:
    clock = Clock(tmp_path / "clock")
    start = clock.now()
    return FakeWorld(clock, start, next={ADVANCE: start + MINUTE, CLOSE: start + 5 * MINUTE})


def test_schedules_run_once_at_the_end_when_nothing_is_due(world: FakeWorld) -> None:
    assert world.move(DAY) == {"advance": {"runs": 1, "done": 0}, "close": {"runs": 1, "done": 0}}
    assert world.times("advance") == world.times("close") == [DAY]
    assert world.clock.now() >= world.start + DAY


def test_work_is_done_at_the_next_run_after_it_is_due(world: FakeWorld) -> None:
    world.work = {world.start + HOUR + MINUTE / 2: ADVANCE}
    world.move(DAY)
    assert world.times("advance") == [HOUR + MINUTE, DAY]
    assert world.times("close") == [DAY]


def test_work_of_a_rare_schedule_waits_for_its_run(world: FakeWorld) -> None:
    world.work = {world.start + HOUR + MINUTE / 2: CLOSE}
    world.move(DAY)
    assert world.times("close") == [HOUR + 5 * MINUTE, DAY]


def test_work_that_comes_again_is_done_each_time(world: FakeWorld) -> None:
    world.work = {world.start + DAY: ADVANCE}
    world.repeats = lambda due: due + DAY
    assert world.move(30.5 * DAY)["advance"] == {"runs": 31, "done": 30}
    assert [time // DAY for time in world.times("advance")] == [*range(1, 31), 30]


def test_work_of_two_schedules_is_done_in_order(world: FakeWorld) -> None:
    world.work = {world.start + HOUR: CLOSE, world.start + 2 * HOUR: ADVANCE, world.start + 3 * HOUR: CLOSE}
    world.move(DAY)
    effective = [name for name, moment in world.runs if moment - world.start < DAY]
    assert effective == ["advance", "close", "advance", "advance", "close"]


def test_work_that_fails_holds_up_nothing(world: FakeWorld) -> None:
    failing = world.start + HOUR
    world.work = {failing: ADVANCE, world.start + 2 * HOUR: ADVANCE}
    world.stuck = {failing}
    assert world.move(DAY)["advance"]["done"] == 1
    assert list(world.work) == [failing]
    assert len(world.runs) < 12


def test_runs_are_repeated_while_they_get_further(world: FakeWorld) -> None:
    world.work = {world.start + HOUR + index * MINUTE / 100: ADVANCE for index in range(1, 6)}
    world.most_at_once = 2
    assert world.move(DAY)["advance"]["done"] == 5
    assert world.times("advance")[:3] == [HOUR + MINUTE, HOUR + 2 * MINUTE, HOUR + 3 * MINUTE]


def test_runs_are_repeated_at_the_target_too(world: FakeWorld) -> None:
    world.work = {world.start + DAY - MINUTE * index / 100: ADVANCE for index in range(1, 6)}
    world.most_at_once = 2
    assert world.move(DAY)["advance"]["done"] == 5
    assert set(world.times("advance")) == {DAY}


def test_what_is_overdue_at_the_start_is_done_first(world: FakeWorld) -> None:
    world.work = {world.start - DAY: CLOSE}
    world.move(DAY)
    assert world.times("close")[0] == 5 * MINUTE


def test_a_stopped_move_ends_where_it_is(world: FakeWorld) -> None:
    mover = ClockMover(world.clock, world, world)
    mover.request_stop()
    assert mover.move(lambda now: now + DAY).steps == 0
    assert world.clock.offset == timedelta(0)


def test_a_run_is_skipped_to_but_never_back(world: FakeWorld) -> None:
    first = world.start + MINUTE
    assert skip_runs(first, MINUTE, world.start) == first
    assert skip_runs(first, MINUTE, first) == first
    assert skip_runs(first, MINUTE, first + timedelta(seconds=1)) == first + MINUTE


def test_what_a_queue_hands_to_a_scheduled_function_counts_as_a_run_of_it(world: FakeWorld) -> None:
    """Other functions, such as those on the stream, are not reported. A failed run has no answer."""
    world.answers = [
        ("advance", b'{"done": 4, "complete": true}'),
        ("advance", b'{"done": 3, "complete": false}'),
        ("advance", None),
        ("count", b'{"done": 9}'),
    ]
    report = ClockMover(world.clock, world, world).move(lambda _: world.start + DAY)
    assert report.ran.keys() == {"advance", "close"}
    done = report.ran["advance"]
    assert (done.runs, done.failed, done.totals["done"]) == (4, 1, 7)
