"""A loopback server in place of DynamoDB, which answers as a test says, and keeps what it was sent."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LONGER_THAN_A_CLIENT_WAITS_SECONDS = 5
PREFIX = "com.amazonaws.dynamodb.v20120810#"


@dataclass(frozen=True)
class Request:
    operation: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = json.loads(self.body)
        return parameters


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Else a body waits 40 ms until the client has acknowledged the headers."""
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Request(operation, body, headers))
        self.server.next_reply()(self)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        more = {"x-amz-crc32": str(zlib.crc32(body)), "x-amzn-RequestId": "REQUEST", **headers}
        for name, value in {"Content-Length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at the requests."""


Reply = Callable[[Connection], None]


class Server(ThreadingHTTPServer):
    """Replies in the order given, and with the last one from then on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self.lock = threading.Lock()
        self._open: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def next_reply(self) -> Reply:
        with self.lock:
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.append(connection)
        return connection, address

    def close_connections(self) -> None:
        """As DynamoDB does with those that are idle, such as those of a function that was not called."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: object) -> None:
        """Clients that have gone are part of the tests."""


@contextmanager
def serve_dynamodb() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def answer_with(body: Mapping[str, Any], **headers: str) -> Reply:
    return lambda connection: connection.answer(200, json.dumps(body).encode(), **headers)


def refuse(code: str, status: int = 400, **more: Any) -> Reply:  # noqa: ANN401 - any JSON value
    body = {"__type": f"{PREFIX}{code}", "message": f"{code} happened", **more}
    return lambda connection: connection.answer(status, json.dumps(body).encode())


def answer_html(status: int) -> Reply:
    """As a load balancer does."""
    return lambda connection: connection.answer(status, b"<html><body>unavailable</body></html>")


def hang(connection: Connection) -> None:
    """Longer than a client waits."""
    connection.close_connection = True
    time.sleep(LONGER_THAN_A_CLIENT_WAITS_SECONDS)


def reset(connection: Connection) -> None:
    """The connection is reset before the answer."""
    linger = struct.pack("ii", 1, 0)
    connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close_connection = True
    connection.connection.close()


def cut(body: bytes) -> Reply:
    """The answer ends before its announced length. Its checksum is that of the whole."""

    def reply(connection: Connection) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nx-amz-crc32: %d\r\n\r\n"
        connection.wfile.write(head % (len(body), zlib.crc32(body)) + body[:-10])
        connection.close_connection = True

    return reply
