"""One process of one function: Lambda's execution environment."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from queue import Empty

from local.model import Function, FunctionError
from local.runtime import children
from local.runtime.api import Answered, Exited, Failed, Invocation, Ready, Report, RuntimeApi
from local.runtime.environment import function_arn, function_environment
from local.runtime.limits import ANSWER_LIMIT_BYTES

INIT_SECONDS = 30
"""How long a process may take to import its handler: Lambda's 10 s are too few on a busy machine."""


class Worker:
    """Runs one invocation at a time. After a crash, a failed import or a timeout `is_alive` is False."""

    def __init__(
        self,
        function: Function,
        *,
        python: Path,
        services: Mapping[str, str],
        log: Path,
        clock: Path | None,
    ) -> None:
        self.function = function
        self._log = log
        self._ready = False
        self._api = RuntimeApi()
        environment = function_environment(
            function, runtime_api=self._api.address, stream=uuid.uuid4().hex, services=services
        )
        self._process = children.start(
            python,
            "awslambdaric",
            [function.handler],
            folder=function.code,
            environment=environment,
            log=log,
            clock=clock,
        )
        threading.Thread(target=self._report_exit, name="worker-exit", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, payload: bytes, trace_header: str) -> bytes:
        """The handler's answer as raw JSON; raises FunctionError with the error types of Lambda."""
        request_id = str(uuid.uuid4())
        timeout = self.function.timeout_seconds
        arn = function_arn(self.function.name)
        self._api.offer(Invocation(request_id, payload, timeout, arn, trace_header))
        if not self._ready:
            self._wait_until_ready(request_id)
        return self._read_answer(self._wait_for_report(timeout, request_id), request_id)

    def stop(self) -> None:
        """Kill the process; an invocation in it fails with `Runtime.ExitError`."""
        children.stop(self._process)
        self._api.close()

    def _report_exit(self) -> None:
        self._api.reports.put(Exited(self._process.wait()))

    def _wait_until_ready(self, request_id: str) -> None:
        report = self._wait_for_report(INIT_SECONDS, request_id)
        if not isinstance(report, Ready):
            self.stop()
            self._read_answer(report, request_id)
        self._ready = True

    def _wait_for_report(self, seconds: int, request_id: str) -> Report:
        try:
            return self._api.reports.get(timeout=seconds)
        except Empty:
            self.stop()
            message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
            raise self._log_error("Sandbox.Timedout", message) from None

    def _read_answer(self, report: Report, request_id: str) -> bytes:
        match report:
            case Answered(body):
                self._check_size(body)
                return body
            case Failed(error_type, message):
                raise FunctionError(self.function.name, error_type, message)
            case Exited(status):
                self.stop()
                raise self._log_error(
                    "Runtime.ExitError", f"RequestId: {request_id} Error: {_describe_exit(status)}"
                )
            case Ready():
                raise self._log_error("Runtime.Unknown", "The process took two invocations at once.")

    def _check_size(self, body: bytes) -> None:
        if len(body) > ANSWER_LIMIT_BYTES:
            message = (
                f"Response payload size exceeded maximum allowed payload size ({ANSWER_LIMIT_BYTES} bytes)."
            )
            raise self._log_error("Function.ResponseSizeTooLarge", message)

    def _log_error(self, error_type: str, message: str) -> FunctionError:
        """The error to raise, written to the log because the process did not write it."""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"[ERROR] {error_type}: {message}\n")
        return FunctionError(self.function.name, error_type, message)


def _describe_exit(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal {-status}"
    return f"Runtime exited with error: exit status {status}"
