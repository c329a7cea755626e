from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from local import scheduler as scheduler_module
from local.failures import FailureLog
from local.model import FunctionError, Schedule
from local.scheduler import Scheduler
from tests.support.engines.processes import wait_until

NOW = datetime(2026, 1, 30, 23, 59, 30, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Functions:
    """Records invocations; the first `failures` of them fail."""

    def __init__(self, failures: int = 0) -> None:
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.failures = failures

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        self.events.append((name, event))
        if len(self.events) <= self.failures:
            raise FunctionError(name, "ValueError", "no")
        return b"null"


def make_scheduler(functions: Functions, folder: Path, reports: list[str] | None = None) -> Scheduler:
    report = [] if reports is None else reports
    return Scheduler(
        functions.invoke, failures=FailureLog(folder), report=report.append, retry_seconds=(0.0, 0.0)
    )


def is_firing(name: str) -> bool:
    return any(thread.name == name for thread in threading.enumerate())


MINUTE = timedelta(minutes=1)
MINUTELY = Schedule("renewals", MINUTE, "renew")


def test_a_schedule_fires_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    functions = Functions()
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], utc("2026-01-01T00:00:00"))
    scheduler.tick(utc("2026-01-01T00:00:59"))
    assert not is_firing("renewals")
    assert functions.events == []
    scheduler.tick(utc("2026-01-01T00:01:00"))
    wait_until(lambda: functions.events)
    name, event = functions.events[0]
    assert name == "renew"
    assert event["source"] == "aws.events"
    assert event["detail-type"] == "Scheduled Event"
    assert event["time"] == "2026-01-01T00:01:00Z"
    assert event["resources"][0].endswith(":rule/renewals")


def test_a_schedule_fires_once_for_all_missed_times(tmp_path: Path) -> None:
    functions = Functions()
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], utc("2026-01-01T00:00:00"))
    scheduler.tick(utc("2026-01-01T09:00:00"))
    scheduler.tick(utc("2026-01-01T09:00:30"))
    scheduler.tick(utc("2026-01-01T09:01:00"))
    wait_until(lambda: len(functions.events) == 2)


def test_the_input_of_a_schedule_is_its_event(tmp_path: Path) -> None:
    functions = Functions()
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([Schedule("s", MINUTE, "renew", '{"shard": 3}')], NOW)
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: functions.events == [("renew", {"shard": 3})])


def test_a_function_that_fails_is_invoked_three_times_and_then_recorded(tmp_path: Path) -> None:
    functions, reports = Functions(failures=3), list[str]()
    scheduler = make_scheduler(functions, tmp_path, reports)
    scheduler.replace([MINUTELY], NOW)
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: reports)
    assert len(functions.events) == 3
    record = json.loads((tmp_path / "renewals.jsonl").read_text())
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == functions.events[0][1]
    assert record["responsePayload"] == {"errorMessage": "no", "errorType": "ValueError"}
    assert "failed after 3 attempts" in reports[0]


def test_a_function_that_recovers_leaves_no_record(tmp_path: Path) -> None:
    functions = Functions(failures=2)
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], NOW)
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: len(functions.events) == 3 and not is_firing("renewals"))
    assert list(tmp_path.iterdir()) == []


def test_a_kept_schedule_keeps_its_time_and_a_removed_one_fires_no_more(tmp_path: Path) -> None:
    functions = Functions()
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY, Schedule("old", MINUTE, "old")], utc("2026-01-01T00:00:00"))
    scheduler.replace([MINUTELY], utc("2026-01-01T00:00:50"))
    scheduler.tick(utc("2026-01-01T00:01:00"))
    wait_until(lambda: functions.events)
    assert [name for name, _ in functions.events] == ["renew"]


def test_nothing_is_retried_or_recorded_after_a_stop(tmp_path: Path) -> None:
    functions = Functions(failures=9)
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], NOW)
    scheduler.request_stop()
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: functions.events and not is_firing("renewals"))
    assert len(functions.events) == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_fires_by_itself_while_the_schedules_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "TICK_SECONDS", 0.001)
    functions, ticks = Functions(), SimpleQueue[None]()

    def tell_time() -> datetime:
        ticks.put(None)
        return NOW + MINUTE

    scheduler = Scheduler(
        functions.invoke, failures=FailureLog(tmp_path), report=print, now=tell_time, retry_seconds=()
    )
    scheduler.replace([MINUTELY], NOW)
    with scheduler.hold():
        scheduler.start()
        assert scheduler.run(MINUTELY, NOW + 10 * MINUTE) == b"null"
        assert scheduler.next_runs() == {MINUTELY: NOW + 11 * MINUTE}
        assert ticks.empty()
    ticks.get()
    scheduler.request_stop()
    assert [event["time"] for _, event in functions.events] == ["2026-01-31T00:09:30Z"]


def test_a_run_that_fails_for_good_has_no_answer(tmp_path: Path) -> None:
    scheduler = make_scheduler(Functions(failures=3), tmp_path)
    scheduler.replace([MINUTELY], NOW)
    assert scheduler.run(MINUTELY, NOW + MINUTE) is None


def test_a_run_of_a_schedule_that_is_gone_does_not_bring_it_back(tmp_path: Path) -> None:
    scheduler = make_scheduler(Functions(), tmp_path)
    scheduler.replace([], NOW)
    scheduler.run(MINUTELY, NOW)
    assert scheduler.next_runs() == {}
