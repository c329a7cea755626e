"""The Lambda Runtime API for one process: what `AWS_LAMBDA_RUNTIME_API` points at.

Every process has a server of its own. They cannot share one behind path prefixes, because the runtime client
reports a failed import with Python's HTTP client, which refuses an address with a path.
"""

from __future__ import annotations

import json
import socket
import socketserver
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from typing import cast

ACCEPTED = json.dumps({"status": "OK"}).encode()


@dataclass(frozen=True, slots=True)
class Invocation:
    request_id: str
    payload: bytes
    timeout_seconds: int
    function_arn: str
    trace_header: str

    def headers(self) -> dict[str, str]:
        """As in Lambda, the timeout starts when the process takes the invocation."""
        deadline = time.time() + self.timeout_seconds
        return {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": self.trace_header,
        }


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has imported its handler and waits for its first invocation."""


@dataclass(frozen=True, slots=True)
class Answered:
    body: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """The handler raised, or could not be imported."""

    error_type: str
    message: str


@dataclass(frozen=True, slots=True)
class Exited:
    status: int


Report = Ready | Answered | Failed | Exited


class RuntimeApi:
    """Hands invocations to one process and queues what it reports."""

    def __init__(self) -> None:
        self.reports: SimpleQueue[Report] = SimpleQueue()
        self._invocations: SimpleQueue[Invocation | None] = SimpleQueue()
        self._ready = False
        self._closed = False
        self._server = _Server(self)
        threading.Thread(target=self._serve, name="runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self._server.socket.getsockname()
        return f"{host}:{port}"

    def offer(self, invocation: Invocation) -> None:
        self._invocations.put(invocation)

    def next_invocation(self) -> Invocation | None:
        """Wait for an invocation; None when the server is closed."""
        if not self._ready:
            self._ready = True
            self.reports.put(Ready())
        return self._invocations.get()

    def close(self) -> None:
        """End the server's thread: it waits for an invocation, or for the first connection of the process."""
        if self._closed:
            return
        self._closed = True
        self._invocations.put(None)
        with suppress(OSError):
            socket.create_connection(self._server.socket.getsockname(), timeout=1).close()

    def _serve(self) -> None:
        with self._server:
            while not self._closed:
                self._server.handle_request()


class _Server(socketserver.TCPServer):
    """Serves one connection at a time: the runtime client never opens two."""

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Nothing for a process that died during a request: its exit status reports that."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    @property
    def api(self) -> RuntimeApi:
        return cast("_Server", self.server).api

    def do_GET(self) -> None:
        """`.../runtime/invocation/next`."""
        invocation = self.api.next_invocation()
        if invocation is None:
            self.close_connection = True
        else:
            self._reply(200, invocation.payload, invocation.headers())

    def do_POST(self) -> None:
        """`.../runtime/invocation/{id}/response`, `.../runtime/invocation/{id}/error`, `.../init/error`."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.api.reports.put(Answered(body) if self.path.endswith("/response") else parse_failure(body))
        self._reply(202, ACCEPTED, {})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Log no requests of the runtime client."""

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def parse_failure(body: bytes) -> Failed:
    error = json.loads(body)
    return Failed(error.get("errorType", ""), error.get("errorMessage", ""))
