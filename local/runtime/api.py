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
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import cast

from httptools import HttpRequestParser

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


class _Handler(socketserver.BaseRequestHandler):
    """Answers the requests of one connection. The parser calls the methods `on_...`."""

    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._api = cast("_Server", self.server).api
        self._parser = HttpRequestParser(self)
        self._is_open = True
        while self._is_open and (received := self.request.recv(65536)):
            self._parser.feed_data(received)

    def on_message_begin(self) -> None:
        self._url = bytearray()
        self._body = bytearray()

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        if self._parser.get_method() == b"GET":
            self._hand_out_invocation()
        else:
            self._take_report()

    def _hand_out_invocation(self) -> None:
        """`.../runtime/invocation/next`."""
        invocation = self._api.next_invocation()
        if invocation is None:
            self._is_open = False
        else:
            self._reply("200 OK", invocation.payload, invocation.headers())

    def _take_report(self) -> None:
        """`.../runtime/invocation/{id}/response`, `.../runtime/invocation/{id}/error`, `.../init/error`."""
        is_answer = self._url.endswith(b"/response")
        self._api.reports.put(Answered(bytes(self._body)) if is_answer else parse_failure(self._body))
        self._reply("202 Accepted", ACCEPTED, {})

    def _reply(self, status: str, body: bytes, headers: Mapping[str, str]) -> None:
        length = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{name}: {value}\r\n" for name, value in {**headers, **length}.items()]
        self.request.sendall(f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode() + body)


def parse_failure(body: bytes | bytearray) -> Failed:
    error = json.loads(body)
    return Failed(error.get("errorType", ""), error.get("errorMessage", ""))
