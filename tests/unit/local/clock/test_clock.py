from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.clock import Clock, describe_lost_offset

MONTH = timedelta(days=30)


def test_a_clock_starts_at_real_time(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    clock = Clock(tmp_path / "new/clock")
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.offset == timedelta(0)


def test_a_moved_clock_goes_on_from_there(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    target = clock.now() + MONTH
    clock.move_to(target)
    first, second = clock.now(), clock.now()
    assert target <= first < second < target + timedelta(minutes=1)


def test_a_clock_is_never_set_back(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.move_to(clock.now() + MONTH)
    offset = clock.offset
    clock.move_to(clock.now() - MONTH)
    assert clock.offset == offset


def test_a_new_clock_leaves_an_older_one_alone(tmp_path: Path) -> None:
    older = Clock(tmp_path / "clock")
    newer = Clock(tmp_path / "clock")
    newer.move_to(newer.now() + MONTH)
    assert (older.offset, newer.offset > timedelta(0)) == (timedelta(0), True)


def test_a_restart_says_that_the_clock_had_been_moved(tmp_path: Path) -> None:
    file = tmp_path / "data/clock"
    assert describe_lost_offset(file) is None
    clock = Clock(file)
    assert describe_lost_offset(file) is None
    clock.move_to(clock.now() + MONTH)
    sentence = describe_lost_offset(file)
    assert sentence
    assert sentence.startswith(f"The clock was {clock.offset} ahead when {tmp_path / 'data'} was last used")
