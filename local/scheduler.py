"""Invokes functions at the interval of their schedules, as EventBridge does."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local.failures import FailureLog
from local.model import ACCOUNT_ID, REGION, FunctionError, Invoke, Schedule
from local.runtime.environment import function_arn

LONGEST_PAUSE_SECONDS = 1.0
RETRY_SECONDS = (1.0, 2.0)
"""Lambda retries an asynchronous invocation twice, after one and two minutes; seconds are enough locally."""


class Scheduler:
    """Fires schedules; each firing runs on its own, as an asynchronous invocation does."""

    def __init__(
        self,
        invoke: Invoke,
        *,
        failures: FailureLog,
        report: Callable[[str], None],
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self._invoke = invoke
        self._failures = failures
        self._report = report
        self._retry_seconds = retry_seconds
        self._due: dict[Schedule, datetime] = {}
        self._lock = threading.Lock()
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
            due = {schedule: time for schedule, time in self._due.items() if time <= now}
            self._due |= {schedule: now + schedule.interval for schedule in due}
        for schedule, time in due.items():
            threading.Thread(
                target=self._fire, args=(schedule, time), name=schedule.name, daemon=True
            ).start()

    def request_stop(self) -> None:
        """Fire and retry nothing more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(LONGEST_PAUSE_SECONDS):
            self.tick(datetime.now(UTC))

    def _fire(self, schedule: Schedule, time: datetime) -> None:
        event = json.loads(schedule.input) if schedule.input else scheduled_event(schedule.name, time)
        for pause in (*self._retry_seconds, None):
            try:
                self._invoke(schedule.function, event)
            except FunctionError as error:
                if pause is None:
                    self._give_up(schedule, event, error)
                elif self._stopping.wait(pause):
                    return
            else:
                return

    def _give_up(self, schedule: Schedule, event: Mapping[str, Any], error: FunctionError) -> None:
        if self._stopping.is_set():
            return
        attempts = len(self._retry_seconds) + 1
        self._failures.append(schedule.name, failure_record(schedule, event, error, attempts))
        path = self._failures.path(schedule.name)
        self._report(f"{schedule.name} gave up after {attempts} attempts: {error} (see {path})")


def scheduled_event(name: str, time: datetime) -> dict[str, Any]:
    """The event of a rule without an Input of its own."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{name}"],
        "detail": {},
    }


def failure_record(
    schedule: Schedule, event: Mapping[str, Any], error: FunctionError, attempts: int
) -> dict[str, Any]:
    """What Lambda sends to the on-failure destination of an asynchronous invocation."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{function_arn(schedule.function)}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": error.message, "errorType": error.error_type},
    }
