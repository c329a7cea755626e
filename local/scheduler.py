"""Invokes functions at the interval of their schedules, as EventBridge does."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from local.failures import FailureLog, failure_record
from local.model import ACCOUNT_ID, REGION, FunctionError, Invoke, Schedule
from local.runtime.environment import function_arn

TICK_SECONDS = 1.0
RETRY_SECONDS = (1.0, 2.0)
"""Lambda retries an asynchronous invocation twice, after one and two minutes; seconds are enough locally."""


def read_real_time() -> datetime:
    return datetime.now(UTC)


class Scheduler:
    """Fires schedules, each in a thread of its own: a slow function delays no other schedule."""

    def __init__(
        self,
        invoke: Invoke,
        *,
        failures: FailureLog,
        report: Callable[[str], None],
        now: Callable[[], datetime] = read_real_time,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self._invoke = invoke
        self._failures = failures
        self._report = report
        self._now = now
        self._retry_seconds = retry_seconds
        self._due: dict[Schedule, datetime] = {}
        self._lock = threading.Lock()
        self._ticking = threading.Lock()
        self._stopping = threading.Event()

    def replace(self, schedules: Iterable[Schedule], now: datetime) -> None:
        """Follow these schedules from now on; one that is followed already keeps its next time."""
        with self._lock:
            self._due = {
                schedule: self._due.get(schedule) or now + schedule.interval for schedule in schedules
            }

    def start(self) -> None:
        threading.Thread(target=self._run, name="scheduler", daemon=True).start()

    def tick(self, now: datetime) -> None:
        """Fire what is due: once for each schedule, also when the machine has slept through several times."""
        with self._lock:
            due = {schedule: moment for schedule, moment in self._due.items() if moment <= now}
            self._due |= {schedule: now + schedule.interval for schedule in due}
        for schedule, moment in due.items():
            threading.Thread(
                target=self._fire, args=(schedule, moment), name=schedule.name, daemon=True
            ).start()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Fires nothing by itself during the block, in which `run` fires."""
        with self._ticking:
            yield

    def next_runs(self) -> dict[Schedule, datetime]:
        """When each schedule fires next."""
        with self._lock:
            return dict(self._due)

    def run(self, schedule: Schedule, moment: datetime) -> bytes | None:
        """Fires at once, for a time of the schedule. Returns the answer, None if every attempt failed."""
        with self._lock:
            if schedule in self._due:
                self._due[schedule] = moment + schedule.interval
        return self._fire(schedule, moment)

    def request_stop(self) -> None:
        """Fire no more schedules and retry no more invocations."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            with self._ticking:
                self.tick(self._now())

    def _fire(self, schedule: Schedule, due_at: datetime) -> bytes | None:
        event = json.loads(schedule.input) if schedule.input else scheduled_event(schedule.name, due_at)
        for pause in (*self._retry_seconds, None):
            try:
                return self._invoke(schedule.function, event)
            except FunctionError as error:
                if pause is None:
                    self._record_failure(schedule, event, error)
                elif self._stopping.wait(pause):
                    break
        return None

    def _record_failure(self, schedule: Schedule, event: Mapping[str, Any], error: FunctionError) -> None:
        if self._stopping.is_set():
            return
        attempts = len(self._retry_seconds) + 1
        self._failures.append(schedule.name, invocation_failure(schedule, event, error, attempts))
        path = self._failures.path(schedule.name)
        self._report(f"{schedule.name} failed after {attempts} attempts: {error} (see {path})")


def scheduled_event(name: str, due_at: datetime) -> dict[str, Any]:
    """The event of a schedule without an input."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{name}"],
        "detail": {},
    }


def invocation_failure(
    schedule: Schedule, event: Mapping[str, Any], error: FunctionError, attempts: int
) -> dict[str, Any]:
    """The failure record of an asynchronous invocation."""
    function = f"{function_arn(schedule.function)}:$LATEST"
    return {
        **failure_record(function, "RetriesExhausted", attempts, time.time()),
        "requestPayload": event,
        "responsePayload": {"errorMessage": error.message, "errorType": error.error_type},
    }
