from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.failures import FailureLog
from local.model import FunctionError, Schedule
from local.schedule import ScheduleError, Scheduler, next_time
from tests.support.engines.processes import wait_until

NOW = datetime(2026, 1, 30, 23, 59, 30, tzinfo=UTC)  # a Friday


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", "2026-01-31T00:00:30"),
        ("rate(5 minutes)", "2026-01-31T00:04:30"),
        ("rate(1 hour)", "2026-01-31T00:59:30"),
        ("rate(2 days)", "2026-02-01T23:59:30"),
        ("cron(* * * * ? *)", "2026-01-31T00:00:00"),
        ("cron(15 10 * * ? *)", "2026-01-31T10:15:00"),
        ("cron(0/15 * * * ? *)", "2026-01-31T00:00:00"),
        ("cron(5/20 3 * * ? *)", "2026-01-31T03:05:00"),
        ("cron(0 */6 * * ? *)", "2026-01-31T00:00:00"),
        ("cron(30-40/5,59 23 30 * ? *)", "2026-03-30T23:30:00"),
        ("cron(0 18 ? * MON-FRI *)", "2026-02-02T18:00:00"),
        ("cron(0 18 ? * 2-6 *)", "2026-02-02T18:00:00"),
        ("cron(0 8 ? * sun *)", "2026-02-01T08:00:00"),
        ("cron(0 8 ? * 1 *)", "2026-02-01T08:00:00"),
        ("cron(0 8 1 * ? *)", "2026-02-01T08:00:00"),
        ("cron(0 8 31 * ? *)", "2026-01-31T08:00:00"),
        ("cron(0 8 31 2,4 ? *)", None),
        ("cron(0 8 29 FEB ? *)", "2028-02-29T08:00:00"),
        ("cron(0 8 L * ? *)", "2026-01-31T08:00:00"),
        ("cron(0 8 L FEB ? *)", "2026-02-28T08:00:00"),
        ("cron(0 8 LW * ? *)", "2026-02-27T08:00:00"),
        ("cron(0 8 1W * ? *)", "2026-02-02T08:00:00"),
        ("cron(0 8 14W 2 ? *)", "2026-02-13T08:00:00"),
        ("cron(0 8 31W 5 ? *)", "2026-05-29T08:00:00"),
        ("cron(0 8 ? * 3#2 *)", "2026-02-10T08:00:00"),
        ("cron(0 8 ? * MON#5 *)", "2026-03-30T08:00:00"),
        ("cron(0 8 ? * 6L *)", "2026-02-27T08:00:00"),
        ("cron(0 8 ? * L *)", "2026-01-31T08:00:00"),
        ("cron(0 0 1 1 ? 2027)", "2027-01-01T00:00:00"),
        ("cron(0 0 1 1 ? 2027-2029/2)", "2027-01-01T00:00:00"),
        ("cron(0 0 1 1 ? 2025)", None),
    ],
)
def test_the_next_time_of_an_expression(expression: str, expected: str | None) -> None:
    assert next_time(expression, NOW) == (utc(expected) if expected else None)


def test_a_time_that_has_come_is_not_the_next_one() -> None:
    assert next_time("cron(0 * * * ? *)", utc("2026-01-30T10:00:00")) == utc("2026-01-30T11:00:00")


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("rate(0 minutes)", "neither rate"),
        ("rate(1 minutes)", "must say 1 minute$"),
        ("rate(2 minute)", "must say 2 minutes$"),
        ("rate(5 seconds)", "neither rate"),
        ("at(2026-01-01T00:00:00)", "neither rate"),
        ("cron(0 8 * * *)", "has 5 fields"),
        ("cron(0 8 * * * *)", 'needs "\\?" for either'),
        ("cron(0 8 ? * ? *)", 'needs "\\?" for either'),
        ("cron(60 8 * * ? *)", '"60" is not a value for the minutes'),
        ("cron(0 8 * 13 ? *)", '"13" is not a value for the month'),
        ("cron(0 8 ? * 0 *)", '"0" is not a value for the day of week'),
        ("cron(0 8 ? * MON/2 *)", '"MON/2" is not a value for the day of week'),
        ("cron(0 8 ? * FRI-MON *)", '"FRI-MON" is not a value'),
        ("cron(0 8 ? * 3#6 *)", '"3#6" is not a value'),
        ("cron(0 8 3W,4 * ? *)", '"3W" is not a value'),
        ("cron(0/0 8 * * ? *)", '"0/0" is not a value'),
        ("cron(? 8 * * ? *)", '"\\?" is not a value for the minutes'),
    ],
)
def test_an_expression_that_eventbridge_refuses_is_refused(expression: str, sentence: str) -> None:
    with pytest.raises(ScheduleError, match=sentence):
        next_time(expression, NOW)


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


def make_scheduler(functions: Functions, folder: Path, said: list[str] | None = None) -> Scheduler:
    report = [] if said is None else said
    return Scheduler(
        functions.invoke, failures=FailureLog(folder), report=report.append, retry_seconds=(0.0, 0.0)
    )


def is_firing(name: str) -> bool:
    return any(thread.name == name for thread in threading.enumerate())


MINUTELY = Schedule("renewals", "rate(1 minute)", "renew")


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


def test_a_schedule_fires_once_for_all_the_times_missed(tmp_path: Path) -> None:
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
    scheduler.replace([Schedule("s", "rate(1 minute)", "renew", '{"shard": 3}')], NOW)
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: functions.events == [("renew", {"shard": 3})])


def test_a_function_that_fails_is_tried_three_times_and_then_recorded(tmp_path: Path) -> None:
    functions, said = Functions(failures=3), list[str]()
    scheduler = make_scheduler(functions, tmp_path, said)
    scheduler.replace([MINUTELY], NOW)
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: said)
    assert len(functions.events) == 3
    record = json.loads((tmp_path / "renewals.jsonl").read_text())
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == functions.events[0][1]
    assert record["responsePayload"] == {"errorMessage": "no", "errorType": "ValueError"}
    assert "gave up after 3 attempts" in said[0]


def test_a_function_that_recovers_leaves_no_record(tmp_path: Path) -> None:
    functions = Functions(failures=2)
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], NOW)
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: len(functions.events) == 3 and not is_firing("renewals"))
    assert list(tmp_path.iterdir()) == []


def test_a_schedule_that_stays_keeps_its_time_and_one_that_goes_fires_no_more(tmp_path: Path) -> None:
    functions = Functions()
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY, Schedule("old", "rate(1 minute)", "old")], utc("2026-01-01T00:00:00"))
    scheduler.replace([MINUTELY], utc("2026-01-01T00:00:50"))
    scheduler.tick(utc("2026-01-01T00:01:00"))
    wait_until(lambda: functions.events)
    assert [name for name, _ in functions.events] == ["renew"]


def test_a_broken_schedule_changes_nothing(tmp_path: Path) -> None:
    functions = Functions()
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], utc("2026-01-01T00:00:00"))
    with pytest.raises(ScheduleError):
        scheduler.replace([Schedule("s", "rate(often)", "renew")], utc("2026-01-01T00:00:00"))
    scheduler.tick(utc("2026-01-01T00:01:00"))
    wait_until(lambda: functions.events)


def test_nothing_is_retried_or_recorded_once_everything_stops(tmp_path: Path) -> None:
    functions = Functions(failures=9)
    scheduler = make_scheduler(functions, tmp_path)
    scheduler.replace([MINUTELY], NOW)
    scheduler.request_stop()
    scheduler.tick(datetime(2027, 1, 1, tzinfo=UTC))
    wait_until(lambda: functions.events and not is_firing("renewals"))
    assert len(functions.events) == 1
    assert list(tmp_path.iterdir()) == []
