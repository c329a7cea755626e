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

INIT_SECONDS = 30
"""How long importing a handler may take: more than Lambda's 10 s, as the machine does other things too."""

RESPONSE_LIMIT_BYTES = 6_291_556


class Worker:
    """Runs one invocation at a time; a crash, a failed import or a timeout is its end (`alive` is False)."""

    def __init__(self, function: Function, *, python: Path, services: Mapping[str, str], log: Path) -> None:
        self.function = function
        self._log = log
        self._ready = False
        self._api = RuntimeApi()
        environment = function_environment(
            function, runtime_api=self._api.address, stream=uuid.uuid4().hex, services=services
        )
        self._process = children.start(
            python, "awslambdaric", [function.handler], folder=function.code, environment=environment, log=log
        )
        threading.Thread(target=self._report_exit, name="worker-exit", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, payload: bytes, trace_header: str) -> bytes:
        """The handler's answer as raw JSON; FunctionError with the error types that Lambda reports."""
        request_id = str(uuid.uuid4())
        timeout = self.function.timeout_seconds
        arn = function_arn(self.function.name)
        self._api.offer(Invocation(request_id, payload, timeout, arn, trace_header))
        if not self._ready:
            self._expect_ready(request_id)
        return self._body(self._next_report(timeout, request_id), request_id)

    def stop(self) -> None:
        """Kill the process; an invocation in it fails with `Runtime.ExitError`."""
        children.stop(self._process)
        self._api.close()

    def _report_exit(self) -> None:
        self._api.reports.put(Exited(self._process.wait()))

    def _expect_ready(self, request_id: str) -> None:
        report = self._next_report(INIT_SECONDS, request_id)
        if not isinstance(report, Ready):
            self.stop()
            self._body(report, request_id)
        self._ready = True

    def _next_report(self, seconds: int, request_id: str) -> Report:
        try:
            return self._api.reports.get(timeout=seconds)
        except Empty:
            self.stop()
            message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
            raise self._error("Sandbox.Timedout", message) from None

    def _body(self, report: Report, request_id: str) -> bytes:
        match report:
            case Answered(body):
                return self._within_limit(body)
            case Failed(error_type, message):
                raise FunctionError(self.function.name, error_type, message)
            case Exited(status):
                self.stop()
                raise self._error("Runtime.ExitError", f"RequestId: {request_id} Error: {_reason(status)}")
            case Ready():
                raise self._error("Runtime.Unknown", "The process took two invocations at once.")

    def _within_limit(self, body: bytes) -> bytes:
        if len(body) > RESPONSE_LIMIT_BYTES:
            message = (
                f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT_BYTES} bytes)."
            )
            raise self._error("Function.ResponseSizeTooLarge", message)
        return body

    def _error(self, error_type: str, message: str) -> FunctionError:
        """The error to raise; what the process cannot say itself is put beside its output."""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"[ERROR] {error_type}: {message}\n")
        return FunctionError(self.function.name, error_type, message)


def _reason(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal {-status}"
    return f"Runtime exited with error: exit status {status}"
